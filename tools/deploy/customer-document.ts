// A customer file as text: its values, the line each stands on, and what YAML itself finds wrong with it.
import { isMap, isScalar, isSeq, LineCounter, parseDocument, visit, type ParsedNode } from 'yaml';

/** Something wrong at one place of a customer file. */
export interface CustomerFinding {
  /** Keys from the top of the file down to the place. */
  readonly path: readonly string[];
  /** What was expected and what was found, to be read after the place. */
  readonly message: string;
  /** From 1 on; only where the place cannot be looked up by its path. */
  readonly line?: number;
}

export interface CustomerDocument {
  readonly stage: string;
  /** Path of the file below the checkout, for messages. */
  readonly file: string;
  /** Without the keys that were left empty; without any when the file is no valid YAML. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly syntaxFindings: readonly CustomerFinding[];
  /** Line of the last key of the path that is there, from 1 on; undefined when none is. */
  readonly findLine: (path: readonly string[]) => number | undefined;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `AlarmNotificationEmail3:` with nothing behind it, or a section whose lines are all comments, is not given. */
function dropEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(dropEmpty);
  return isRecord(value) ? dropEmptyKeys(value) : value;
}

function dropEmptyKeys(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values)
      .filter(([, child]) => child !== null && child !== undefined)
      .map(([key, child]) => [key, dropEmpty(child)]),
  );
}

const plainWords: Readonly<Record<string, string>> = {
  DUPLICATE_KEY: 'this key stands twice; keep one of the two',
  TAB_AS_INDENT: 'a tab is used for indentation; YAML wants spaces',
  MULTIPLE_DOCS: 'the file holds a second document after a line ---; one file is one customer',
};

/**
 * Reads the YAML 1.2 of one customer file. Never throws: what cannot be read is in syntaxFindings.
 * The guide's parameters may be left empty (`VpcId: ''`), as they may in a CloudFormation form.
 */
export function parseCustomerText(text: string, stage: string, file: string): CustomerDocument {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true });
  const toFinding = (offset: number, message: string): CustomerFinding => {
    return { path: [], line: lines.linePos(offset).line, message };
  };
  const syntaxFindings = [...document.errors, ...document.warnings].map(({ code, message, pos }) =>
    toFinding(pos[0], plainWords[code] ?? `no valid YAML: ${message}`),
  );
  // What a file in another encoding leaves behind: a queue of that name would be found in no report, and nobody would notice.
  const undecodedAt = text.indexOf('\uFFFD');
  if (undecodedAt >= 0)
    syntaxFindings.push(toFinding(undecodedAt, 'expected a file in UTF-8; found a letter in another encoding'));
  visit(document, {
    Alias: (_, { source, range }) => {
      const message = `expected a value in quotes; found *${source}, which YAML takes for a reference to another value`;
      syntaxFindings.push(toFinding(range?.[0] ?? 0, message));
    },
  });
  const findLine = (path: readonly string[]) => {
    let node: ParsedNode | null = document.contents;
    let line: number | undefined;
    for (const segment of path) {
      if (isMap(node)) {
        const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === segment);
        if (pair === undefined) return line;
        line = lines.linePos(pair.key.range[0]).line;
        node = pair.value;
      } else if (isSeq(node)) {
        node = node.items[Number(segment)] ?? null;
        if (node !== null) line = lines.linePos(node.range[0]).line;
      }
    }
    return line;
  };
  const base = { stage, file, findLine };
  const content: unknown = syntaxFindings.length > 0 ? {} : document.toJS();
  if (!isRecord(content)) {
    const noMap = { path: [], message: 'expected lines of the form `key: value`; found none' };
    return { ...base, values: {}, syntaxFindings: [noMap] };
  }
  const given = Object.fromEntries(Object.entries(content).filter(([, value]) => value !== ''));
  return { ...base, syntaxFindings, values: dropEmptyKeys(given) };
}
