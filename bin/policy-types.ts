/** What of a JSON schema (draft 7) the policy's own uses. */
interface Schema {
  readonly description?: string;
  readonly default?: unknown;
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | false;
}

/**
 * The policy as TypeScript interfaces, of its JSON schema: what `sharing.yaml` is checked by is also what a program's object
 * is typed by, with the same words. `$schema`, which means something to editors only, is left out.
 */
export function policyTypes(schema: object): string {
  const interfaces: string[] = [];
  // Of the whole last: what it refers to has been written then.
  writeInterface('SharingPolicy', schema, 'What `sharing.yaml` says, as an object.', interfaces);
  return `// Written by "npm run schema" from the policy's schema: change that.\n\n${interfaces.join('\n')}`;
}

function writeInterface(
  name: string,
  { properties = {}, required = [] }: Schema,
  says: string,
  into: string[],
): string {
  const lines = Object.entries(properties).flatMap(([key, schema]) => {
    if (key.startsWith('$')) return [];
    const preset = isPlain(schema.default) ? [`@defaultValue ${JSON.stringify(schema.default)}`] : [];
    const words = [inMarkdown(schema.description ?? ''), ...preset].filter((text) => text !== '');
    const type = typeOf(schema, nameOf(key), into);
    return [
      ...(words.length > 1 ? ['  /**', ...words.map((text) => `   * ${text}`), '   */'] : [`  /** ${words[0]} */`]),
      `  readonly ${key}${required.includes(key) ? '' : '?'}: ${type};`,
    ];
  });
  into.push(`/** ${says} */\nexport interface ${name} {\n${lines.join('\n')}\n}\n`);
  return name;
}

/** What a reader of Markdown would take for HTML, as in `ft:<base>:<org>`, is marked as code. */
function inMarkdown(text: string): string {
  return text.replaceAll(/\S*<[\w-]+>(?:\S*[\w>])?/g, '`$&`');
}

function isPlain(value: unknown): boolean {
  return value !== undefined && typeof value !== 'object';
}

/** `PolicyRule` of `rules`. */
function nameOf(key: string): string {
  return `Policy${key.charAt(0).toUpperCase()}${key.slice(1).replace(/s$/, '')}`;
}

/** `name` is what an interface is called that it takes. */
function typeOf(schema: Schema, name: string, into: string[]): string {
  const { anyOf, items, properties, additionalProperties, description } = schema;
  if (schema.const !== undefined) return literal(schema.const);
  if (schema.enum) return schema.enum.map(literal).join(' | ');
  if (anyOf) return anyOf.map((one) => typeOf({ description: description ?? '', ...one }, name, into)).join(' | ');
  const each = { description: `One of these. ${description}` };
  if (items) return `readonly ${inBrackets(typeOf({ ...each, ...items }, name, into))}[]`;
  if (additionalProperties) {
    return `Readonly<Record<string, ${typeOf({ ...each, ...additionalProperties }, name, into)}>>`;
  }
  if (properties) return objectType(schema, name, into);
  return schema.type === 'integer' ? 'number' : (schema.type ?? 'unknown');
}

/** One of a choice, with its only key, is told where it stands. */
function objectType(schema: Schema, name: string, into: string[]): string {
  const entries = Object.entries(schema.properties ?? {});
  const [[key, only] = ['', {} as Schema]] = entries;
  if (entries.length === 1)
    return `{ /** ${inMarkdown(only.description ?? '')} */ readonly ${key}: ${typeOf(only, name, into)} }`;
  return writeInterface(name, schema, schema.description ?? '', into);
}

function literal(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : String(value);
}

function inBrackets(type: string): string {
  return type.includes(' ') ? `(${type})` : type;
}
