/** The middle of the values; of an even number of them the upper one of the two in the middle. */
export function findMedian(values: readonly number[]): number {
  const middle = values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
  if (middle === undefined) throw new Error('There is no median of no values');
  return middle;
}
