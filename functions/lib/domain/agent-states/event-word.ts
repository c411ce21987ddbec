// The words of agent events, as they are compared: spaces around them and case make no difference.

const words = new Map<string, string>();
const mostWords = 2000;
const longestWord = 100;

/** Trimmed, in lower case. The few words of the events come again and again, so each is made once. */
export function toWord(text: string): string {
  const known = words.get(text);
  if (known !== undefined) return known;
  const word = text.trim().toLowerCase();
  if (text.length > longestWord) return word;
  if (words.size >= mostWords) words.clear();
  words.set(text, word);
  return word;
}
