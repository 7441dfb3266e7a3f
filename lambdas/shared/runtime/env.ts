import { SettingsError } from '../../core/errors.ts';
import { ENV } from '../contract/names.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** One environment variable and what is read from its text, which is not empty; throws `SettingsError` for another form. */
export interface Variable<Value> {
  readonly name: string;
  readonly read: (text: string, environment: Environment) => Value;
}

/** What is read by a declaration: setting → variable. */
export type Settings<Declaration> = {
  readonly [Key in keyof Declaration]: Declaration[Key] extends Variable<infer Value> ? Value : never;
};

export function text(name: string): Variable<string> {
  return { name, read: (value) => value };
}

/** Source alias → ARN or name of a secret. ARNs are whole again, where the stack has told apart what all begin with. */
export function secretIds(name: string): Variable<ReadonlyMap<string, string>> {
  return {
    name,
    read(json, { [ENV.secretArnPrefix]: prefix = '' }) {
      const isWhole = (id: string) => prefix === '' || id.startsWith('arn:');
      return new Map(parseMap(name, json).map(([alias, id]) => [alias, isWhole(id) ? id : `${prefix}${id}`]));
    },
  };
}

/** Function → ARN of its role. */
export function roles(name: string): Variable<ReadonlyMap<string, string>> {
  return { name, read: (json) => new Map(parseMap(name, json)) };
}

/** Reads what is declared; throws one `SettingsError` with every mistake. */
export function readEnv<Declaration extends Readonly<Record<string, Variable<unknown>>>>(
  declaration: Declaration,
  environment: Environment = process.env,
): Settings<Declaration> {
  const settings: Record<string, unknown> = {};
  const missing: string[] = [];
  const mistakes: SettingsError[] = [];
  for (const [key, { name, read }] of Object.entries(declaration)) {
    const value = environment[name] ?? '';
    if (value === '') {
      missing.push(name);
      continue;
    }
    try {
      settings[key] = read(value, environment);
    } catch (error) {
      if (!(error instanceof SettingsError)) throw error;
      mistakes.push(error);
    }
  }
  if (missing.length > 0) {
    mistakes.unshift(new SettingsError(`Environment variables are missing: ${missing.join(', ')}`));
  }
  if (mistakes.length === 0) return settings as Settings<Declaration>;
  throw new SettingsError(mistakes.map(({ message }) => message).join('; '), { cause: mistakes[0] });
}

/** The entries of a JSON object of strings. */
function parseMap(name: string, json: string): readonly (readonly [string, string])[] {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw new SettingsError(`Environment variable ${name} is not JSON`, { cause });
  }
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  const entries = isObject ? Object.entries(value as object) : [];
  if (!isObject || entries.some(([, entry]) => typeof entry !== 'string')) {
    throw new SettingsError(`Environment variable ${name} is not an object of strings`);
  }
  return entries;
}
