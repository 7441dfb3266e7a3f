/** The middle value; of an even number of values the upper one of the two. */
export function median(values: readonly number[]): number {
  const middle = values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
  if (middle === undefined) throw new RangeError('There is no median of no values.');
  return middle;
}

export function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
