// Agent events as lines: the bytes between two line ends, as they are.

export interface EventLine {
  /** For people: where the line comes from. */
  readonly file: string;
  /** From 1; empty lines count. */
  readonly line: number;
  readonly bytes: Uint8Array;
}

/** Limit of Kinesis. */
export const maxRecordBytes = 1024 * 1024;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/** Cuts at LF or CRLF. Empty lines are left out; the last line needs no end. Nothing else is touched, not even blanks. */
export function splitEventLines(file: string, bytes: Uint8Array): EventLine[] {
  const lines: EventLine[] = [];
  for (let start = 0, line = 1; start < bytes.length; line += 1) {
    const feedAt = bytes.indexOf(lineFeed, start);
    const end = feedAt === -1 ? bytes.length : feedAt;
    const hasReturn = end > start && bytes[end - 1] === carriageReturn;
    const text = bytes.subarray(start, hasReturn ? end - 1 : end);
    if (text.length > 0) lines.push({ file, line, bytes: text });
    start = end + 1;
  }
  return lines;
}
