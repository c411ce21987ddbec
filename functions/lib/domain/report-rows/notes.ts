// Remarks on a report whose figures were derived, raised or left out: each one once, with how often it applied.

export interface Note {
  /** Kebab-case word to count by. */
  readonly code: string;
  readonly message: string;
  /** Rows or records it applies to; 1 for a remark on the report as a whole. */
  readonly count: number;
}

export interface NoteList {
  add(code: string, message: string): void;
  /** In the order of their first appearance. */
  list(): readonly Note[];
}

const maxNotes = 50;

/** Collects notes. Beyond 50 different ones the rest is counted under `further-notes`. */
export function createNoteList(): NoteList {
  const notes = new Map<string, { code: string; message: string; count: number }>();
  let furtherCount = 0;
  return {
    add(code, message) {
      const known = notes.get(message);
      if (known) known.count += 1;
      else if (notes.size < maxNotes) notes.set(message, { code, message, count: 1 });
      else furtherCount += 1;
    },
    list() {
      const listed = [...notes.values()].map((note) => ({ ...note }));
      if (furtherCount === 0) return listed;
      return [...listed, { code: 'further-notes', message: 'Further notes are not listed.', count: furtherCount }];
    },
  };
}
