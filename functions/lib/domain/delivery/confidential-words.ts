// What a hub or a proxy may repeat of a request, and no message, log or state may hold.
import { parseJson } from './hub-failure.ts';

/** Shorter ones are no names, and their letters stand in every sentence. */
const shortestName = 4;

/** Logins and IDs of the agents in a batch's JSON, the longest first. */
export function listAgentNames(batchJson: string): string[] {
  // Runs of plain characters at once: one by one, a name of some megabytes would exhaust the stack.
  const fields = batchJson.matchAll(/"agent(?:Value|Id)":("[^"\\]*(?:\\.[^"\\]*)*")/g);
  const names = new Set(Array.from(fields, ([, text = '']) => String(parseJson(text))));
  return [...names].filter((name) => name.length >= shortestName).sort((a, b) => b.length - a.length);
}

/** The text of an answer with each word replaced, also where its JSON spells the word with escapes. */
export function hideWords(answerBody: string, words: readonly string[], replacement: string): string {
  let text = spellAnew(answerBody);
  for (const word of words) {
    text = text.replaceAll(word, replacement).replaceAll(JSON.stringify(word).slice(1, -1), replacement);
  }
  return text;
}

/** JSON has one spelling for each word then. Nothing where it is nested too deep to be written: then nothing of it is shown. */
function spellAnew(body: string): string {
  const json = parseJson(body);
  if (json === undefined) return body;
  try {
    return JSON.stringify(json);
  } catch {
    return '';
  }
}
