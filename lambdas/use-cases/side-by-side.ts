/** So many writes to the ledger are under way at once. */
const WRITERS = 8;

/** Does the work for every item, some side by side, until `goesOn` says no; returns for how many it was begun. */
export async function sideBySide<T>(
  items: readonly T[],
  work: (item: T) => Promise<unknown>,
  goesOn: () => boolean,
): Promise<number> {
  const waiting = items.values();
  let begun = 0;
  const worker = async () => {
    while (goesOn()) {
      const { value, done } = waiting.next();
      if (done) return;
      begun++;
      await work(value);
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, worker));
  return begun;
}
