import { readdirSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../../bin/ckpt/program.ts';
import {
  DOCUMENTS,
  EVENT_SCHEMAS_FOLDER,
  publishedEventFiles,
  publishedFiles,
  SCHEMAS_FOLDER,
} from '../../../bin/ckpt/published.ts';
import { publishedSchema } from '../published-schema.ts';

const FOLDERS = [
  { path: SCHEMAS_FOLDER, files: publishedFiles(), title: /^ckpt .*--json/, about: 'ckpt' },
  { path: EVENT_SCHEMAS_FOLDER, files: publishedEventFiles(), title: /^[A-Z][a-z]+( [A-Z][a-z]+)+$/, about: 'event' },
];

describe.each(FOLDERS)('$path', ({ path, files, title, about }) => {
  const folder = new URL(`../../../${path}/`, import.meta.url);
  const schemas = [...files].filter(([name]) => name.endsWith('.json'));

  it.each([...files])('%s is current (else: npm run schema)', (name, text) => {
    expect(readFileSync(new URL(name, folder), 'utf8')).toBe(text);
  });

  it('has no other file', () => {
    expect(readdirSync(folder).sort()).toEqual([...files.keys()].sort());
  });

  it.each(schemas)('%s is a schema of the draft that it names, under a name of its own', (name, text) => {
    const schema = JSON.parse(text);
    expect(schema.$schema).toBe('https://json-schema.org/draft/2020-12/schema');
    const ajv = new Ajv2020();
    expect(ajv.validateSchema(schema), ajv.errorsText()).toBe(true);
    expect(schema.$id).toBe(`urn:openai-checkpoint-sharing:${about}:${name.replace('.schema.json', '')}`);
    expect(schema).toMatchObject({ title: expect.stringMatching(title), description: expect.any(String) });
  });

  it.each(schemas)('%s has a word on every key', (_name, text) => {
    const missing: string[] = [];
    const visit = (schema: unknown, path: string) => {
      if (typeof schema !== 'object' || schema === null) return;
      for (const [key, value] of Object.entries(schema)) {
        if (key === 'properties') {
          for (const [name, property] of Object.entries(value)) {
            if (!Object.hasOwn(property as object, 'description')) missing.push(`${path}.${name}`);
          }
        }
        visit(value, `${path}.${key}`);
      }
    };
    visit(JSON.parse(text), '');
    expect(missing).toEqual([]);
  });
});

describe('the documents', () => {
  it('are described for every command of the program, and for no other', () => {
    const program = new Command('ckpt');
    for (const command of COMMANDS) command.define(program);
    expect(Object.keys(DOCUMENTS).sort()).toEqual([...leaves(program)].sort());
  });

  it('of ckpt list have exactly the keys that scripts rely on', () => {
    const { items } = publishedSchema('list');
    const keys = [
      'checkpoint',
      'projectId',
      'project',
      'permissionId',
      'state',
      'reason',
      'jobId',
      'source',
      'rule',
      'origin',
      'sharedAt',
      'verifiedAt',
      'expiresAt',
    ];
    expect(Object.keys(items.properties)).toEqual(keys);
    expect(items).toMatchObject({ required: keys, additionalProperties: false });
  });
});

/** The commands that do something: groups only hold others. */
function leaves(command: Command, path: readonly string[] = []): readonly string[] {
  if (command.commands.length === 0) return [path.join(' ')];
  return command.commands.flatMap((each) => leaves(each, [...path, each.name()]));
}
