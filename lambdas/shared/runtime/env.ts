import { SettingsError } from '../../core/errors.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads the named environment variables; throws one `SettingsError` that names every one that is missing. */
export function readEnv<Key extends string>(
  names: Readonly<Record<Key, string>>,
  environment: Environment = process.env,
): Record<Key, string> {
  const entries = Object.entries<string>(names).map(([key, name]) => [key, environment[name] ?? ''] as const);
  const missing = entries.filter(([, value]) => value === '').map(([key]) => names[key as Key]);
  if (missing.length > 0) throw new SettingsError(`Environment variables are missing: ${missing.join(', ')}`);
  return Object.fromEntries(entries) as Record<Key, string>;
}

/** Parses an environment variable that holds a JSON object of strings; throws `SettingsError` if it does not. */
export function parseMap(name: string, json: string): ReadonlyMap<string, string> {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw new SettingsError(`Environment variable ${name} is not JSON`, { cause });
  }
  const isMap =
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((entry) => typeof entry === 'string');
  if (!isMap) throw new SettingsError(`Environment variable ${name} is not an object of strings`);
  return new Map(Object.entries(value as Record<string, string>));
}

/** Runs every reader and throws one `SettingsError` with the mistakes of all that failed. */
export function gather<Settings extends object>(
  readers: { readonly [Key in keyof Settings]: () => Settings[Key] },
): Settings {
  const mistakes: SettingsError[] = [];
  const settings: Partial<Settings> = {};
  for (const key of Object.keys(readers) as (keyof Settings)[]) {
    try {
      settings[key] = readers[key]();
    } catch (error) {
      if (!(error instanceof SettingsError)) throw error;
      mistakes.push(error);
    }
  }
  if (mistakes.length === 0) return settings as Settings;
  throw new SettingsError(mistakes.map(({ message }) => message).join('; '), { cause: mistakes[0] });
}
