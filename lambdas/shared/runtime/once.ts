/**
 * Makes it when it is first asked for. What failed is tried again, and so is what came to null: a process runs longer than a login
 * may last.
 */
export function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined;
  const forget = () => {
    made = undefined;
  };
  return () => {
    if (made === undefined) {
      made = make();
      made.then((value) => value ?? forget(), forget);
    }
    return made;
  };
}
