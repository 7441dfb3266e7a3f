import { expect, it } from 'vitest';
import { z } from 'zod';
import { schemaOf } from '../../../bin/ckpt/documents/schema-of.ts';

interface Thing {
  readonly name: string | null;
  readonly tags: readonly string[];
  readonly size?: number;
}

const keys = { name: z.string().nullable(), tags: z.array(z.string()), size: z.number().exactOptional() };

it('a schema compiles only where it says the same as its type', () => {
  const schema = schemaOf<Thing>()(z.strictObject(keys));
  const { size: _, ...sizeless } = keys;
  // @ts-expect-error a key is missing, be it an optional one
  schemaOf<Thing>()(z.strictObject(sizeless));
  // @ts-expect-error a key is too many, be it an optional one
  schemaOf<Thing>()(z.strictObject({ ...keys, more: z.string().exactOptional() }));
  // @ts-expect-error never null
  schemaOf<Thing>()(z.strictObject({ ...keys, name: z.string() }));
  // @ts-expect-error narrower
  schemaOf<Thing>()(z.strictObject({ ...keys, tags: z.array(z.enum(['a'])) }));
  // @ts-expect-error not optional
  schemaOf<Thing>()(z.strictObject({ ...keys, size: z.number() }));
  // @ts-expect-error anything
  schemaOf<Thing>()(z.strictObject({ ...keys, name: z.any() }));
  expect(schema.parse({ name: null, tags: [] })).toEqual({ name: null, tags: [] });
});
