import { Command } from 'commander';
import { z } from 'zod';
import { EVENT_SOURCE } from '../../lambdas/shared/contract/names.ts';
import { PUBLISHED_EVENTS } from '../../lambdas/shared/contract/published-events.ts';
import { errorDocument } from './errors.ts';
import { COMMANDS } from './program.ts';

/** Where the files are, from the root. */
export const SCHEMAS_FOLDER = 'schemas/ckpt';
export const EVENT_SCHEMAS_FOLDER = 'schemas/events';

const ID_PREFIX = 'urn:openai-checkpoint-sharing';

/** What each command prints with `--json`, by its name as it is typed after `ckpt`, in the order of the help. */
export const DOCUMENTS: Readonly<Record<string, z.ZodType>> = Object.fromEntries(
  COMMANDS.map((command) => [pathOf(command.define(new Command())), command.document]),
);

/** Every published file by its name in the folder: a schema for each command, one for errors, and an index of them. */
export function publishedFiles(): ReadonlyMap<string, string> {
  const schemas = Object.entries({ ...DOCUMENTS, error: errorDocument }).map(([name, schema]) => {
    const title = name === 'error' ? 'ckpt … --json, when it fails' : `ckpt ${name} --json`;
    const json = jsonSchemaOf(schema, `${ID_PREFIX}:ckpt:${name.replaceAll(' ', '-')}`, title);
    return [schemaFileOf(name), `${JSON.stringify(json, null, 2)}\n`] as const;
  });
  return new Map([...schemas, ['README.md', index()]]);
}

/** The same of the events on the bus: a schema for the detail of each, under its version, and an index of them. */
export function publishedEventFiles(): ReadonlyMap<string, string> {
  const events = Object.entries(PUBLISHED_EVENTS).map(([type, schema]) => {
    const name = `${type.toLowerCase().replaceAll(' ', '-')}.v${schema.shape.version.value}`;
    const json = jsonSchemaOf(schema, `${ID_PREFIX}:event:${name}`, type);
    return { file: `${name}.schema.json`, type, json, says: schema.description };
  });
  const rows = events.map(({ file, type, says }) => `| ${type} | [${file}](${file}) | ${says} |`);
  return new Map([
    ...events.map(({ file, json }) => [file, `${JSON.stringify(json, null, 2)}\n`] as const),
    ['README.md', eventIndex(rows)],
  ]);
}

function eventIndex(rows: readonly string[]): string {
  return `# What goes to the event bus

JSON Schema, draft 2020-12, written by \`npm run schema\`: of each event's \`detail\`, by its \`detail-type\`. The \`source\` is always
\`${EVENT_SOURCE}\`. [docs/events.md](../../docs/events.md) has rules to begin with.

| detail-type | schema | what it tells |
|---|---|---|
${rows.join('\n')}
`;
}

/** `webhook send`: a command of a group has its group's name before it. */
function pathOf(command: Command): string {
  const { parent } = command;
  return parent === null || parent.name() === '' ? command.name() : `${parent.name()} ${command.name()}`;
}

/** The file of a command's schema: `webhook-send.schema.json` of `webhook send`. */
function schemaFileOf(command: string): string {
  return `${command.replaceAll(' ', '-')}.schema.json`;
}

/** The JSON Schema (draft 2020-12) of what JSON has of a schema's values. `id` is absolute: it stands for it wherever it is. */
function jsonSchemaOf(schema: z.ZodType, id: string, title: string): object {
  const { $schema, description, ...rest } = z.toJSONSchema(schema, {
    target: 'draft-2020-12',
    override: ({ jsonSchema }) => {
      // The bounds of what a JavaScript number counts exactly say nothing of the value.
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
      // The draft wants one item at least here; for an empty list `items: false` says it all.
      if (jsonSchema.prefixItems?.length === 0) delete jsonSchema.prefixItems;
    },
  });
  return { $schema, $id: id, title, description, ...rest };
}

function index(): string {
  const row = (what: string, file: string, says = '') => `| ${what} | [${file}](${file}) | ${says} |`;
  const rows = Object.entries(DOCUMENTS).map(([command, { description }]) => {
    return row(`\`ckpt ${command}\``, schemaFileOf(command), description);
  });
  return `# What \`ckpt … --json\` prints

JSON Schema, draft 2020-12, written by \`npm run schema\`. A document has the keys of its schema and no others; what is not known
is null. A command that fails prints what \`error\` describes instead, and ends with exit code 1.

| command | schema | what it prints |
|---|---|---|
${rows.join('\n')}
${row('any, when it fails', schemaFileOf('error'), errorDocument.description)}
`;
}
