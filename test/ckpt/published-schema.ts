import { readFileSync } from 'node:fs';
import { Ajv2020, type ErrorObject, type SchemaObject } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { expect } from 'vitest';

/** A command as it is typed after `ckpt`, or what any of them prints when it fails. */
export type Documented = string;

const ajv = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true });
formats.default(ajv);

const read = new Map<Documented, SchemaObject>();

/** The schema as it is published: the file, not what it is made from. */
export function publishedSchema(command: Documented): SchemaObject {
  const known = read.get(command);
  if (known !== undefined) return known;
  const file = new URL(`../../schemas/ckpt/${command.replaceAll(' ', '-')}.schema.json`, import.meta.url);
  const schema: SchemaObject = JSON.parse(readFileSync(file, 'utf8'));
  read.set(command, schema);
  return schema;
}

/** What a schema, or a part of one, has against a value; empty where it fits. */
export function problemsIn(schema: SchemaObject, value: unknown): readonly string[] {
  if (ajv.validate(schema, value)) return [];
  return (ajv.errors ?? []).map(inWords);
}

function inWords({ instancePath, message, params }: ErrorObject): string {
  return `${instancePath || '/'} ${message} ${JSON.stringify(params)}`;
}

/** Fails where a document is not what the published schema of its command says; `document` as printed, or before. */
export function expectDocument(command: Documented, document: unknown): void {
  expect(problemsIn(publishedSchema(command), asPrinted(document)), `ckpt ${command} --json`).toEqual([]);
}

/** A document as whoever reads the JSON has it. */
export function asPrinted(document: unknown): unknown {
  return JSON.parse(JSON.stringify(document));
}
