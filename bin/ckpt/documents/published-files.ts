import { errorDocument } from './error.ts';
import { jsonSchemaOf } from './json-schema.ts';
import { DOCUMENTS } from './published.ts';

/** Where the files are, from the root. */
export const SCHEMAS_FOLDER = 'schemas/ckpt';

const ID_PREFIX = 'urn:openai-checkpoint-sharing:ckpt:';

/** The file of a command's schema: `webhook-send.schema.json` of `webhook send`. */
export function schemaFileOf(command: string): string {
  return `${command.replaceAll(' ', '-')}.schema.json`;
}

/** Every published file by its name in the folder: a schema for each command, one for errors, and an index of them. */
export function publishedFiles(): ReadonlyMap<string, string> {
  const schemas = Object.entries({ ...DOCUMENTS, error: errorDocument }).map(([name, schema]) => {
    const title = name === 'error' ? 'ckpt … --json, when it fails' : `ckpt ${name} --json`;
    const json = jsonSchemaOf(schema, { id: `${ID_PREFIX}${name.replaceAll(' ', '-')}`, title });
    return [schemaFileOf(name), `${JSON.stringify(json, null, 2)}\n`] as const;
  });
  return new Map([...schemas, ['README.md', index()]]);
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
