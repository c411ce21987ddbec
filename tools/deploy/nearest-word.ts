// "Did you mean": the known word that differs least from what somebody typed.

/** Fewest single-character insertions, deletions and replacements from one word to the other (Levenshtein). */
function countEdits(from: string, to: string): number {
  let above = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 0; row < from.length; row += 1) {
    let left = row + 1;
    above = [
      left,
      ...above.slice(1).map((up, column) => {
        const diagonal = (above[column] ?? 0) + (from[row] === to[column] ? 0 : 1);
        left = Math.min(left + 1, up + 1, diagonal);
        return left;
      }),
    ];
  }
  return above[to.length] ?? 0;
}

/** Whether one word begins with the other, which is long enough to mean something. */
function isBeginning(one: string, other: string): boolean {
  const [short, long] = one.length < other.length ? [one, other] : [other, one];
  return short.length >= 4 && long.startsWith(short);
}

/**
 * The nearest of the known words, upper and lower case being one. Undefined when none is near: it must differ by less
 * than about a third, or one must begin with the other.
 */
export function findNearestWord(typed: string, known: readonly string[]): string | undefined {
  const ranked = known
    .map((word) => {
      const [one, other] = [typed.toLowerCase(), word.toLowerCase()];
      const edits = countEdits(one, other);
      const isNear =
        edits <= Math.max(1, Math.floor(Math.max(one.length, other.length) / 3)) || isBeginning(one, other);
      return { word, edits, isNear };
    })
    .filter(({ isNear }) => isNear)
    .toSorted((one, other) => one.edits - other.edits);
  return ranked[0]?.word;
}
