import { expect, it } from 'vitest';
import { asPrinted, type Documented, expectDocument, problemsIn, publishedSchema } from '../published-schema.ts';
import { spoiled } from './spoiled.ts';
import { unseenIn } from './unseen.ts';

/**
 * Holds documents that a command has made against its published schema, from both sides: the schema takes each of them, takes
 * none with a key more or less, and allows nothing that no document shows. `never` is what cannot be had from the command.
 */
export function describeDocuments(
  command: Documented,
  make: () => Promise<readonly unknown[]>,
  never: readonly string[] = [],
): void {
  it(`ckpt ${command} prints what its schema says, all of it and nothing else`, async () => {
    const documents = (await make()).map(asPrinted);
    for (const document of documents) expectDocument(command, document);
    const schema = publishedSchema(command);
    const accepted = documents.flatMap((document) =>
      spoiled(document).filter(([, other]) => problemsIn(schema, other).length === 0),
    );
    expect(accepted.map(([how]) => how)).toEqual([]);
    expect(unseenIn(schema, documents)).toEqual(never);
  });
}
