/**
 * The areas of a project key that Terraform's documents name, and the scopes that stand for them. OpenAI documents no list:
 * these are what the dashboard sets, as the acceptance tests of the provider jianyuan/openai (which ran against OpenAI) found
 * them, and as OpenAI's own refusals ("Missing scopes: …") name them. Null: the dashboard has no such choice.
 */
const AREAS = {
  models: { read: ['model.read', 'api.model.read'], write: null },
  model_capabilities: { read: null, write: ['model.request', 'api.model.request'] },
  assistants: both('api.assistants'),
  threads: both('api.threads'),
  files: both('api.files'),
  fine_tuning: both('api.fine_tuning.jobs'),
} as const satisfies Record<string, Readonly<Record<Access, readonly string[] | null>>>;

export type Access = 'read' | 'write';
export type Area = keyof typeof AREAS;

export const AREA_NAMES = Object.keys(AREAS) as readonly Area[];

/** Read only, in all areas. Source: OpenAI's API reference of project keys, November 2026. */
export const READ_ONLY: readonly string[] = ['api.all.read'];

function both(area: string) {
  return { read: [`${area}.read`], write: [`${area}.write`] };
}

/** The scopes of `AREA=read` or `AREA=write`, or why there are none; whole sentences. */
export function scopesOf(
  permission: string,
): { readonly scopes: readonly string[] } | { readonly problem: string; readonly next: string } {
  const [, name = '', access = ''] = /^([^=]+)=(.*)$/.exec(permission) ?? [];
  const next = `Write AREA=read or AREA=write; the areas are ${AREA_NAMES.join(', ')}. Or name OpenAI's scopes with --scopes.`;
  if (name === '') return { problem: `"${permission}" is no permission.`, next };
  if (!isArea(name)) return { problem: `There is no area "${name}".`, next };
  if (access !== 'read' && access !== 'write') return { problem: `"${access}" is no access to ${name}.`, next };
  const scopes = AREAS[name][access];
  if (scopes !== null) return { scopes };
  const other = access === 'read' ? 'write' : 'read';
  return {
    problem: `OpenAI has no scope for ${name}=${access}: ${WHY[name] ?? ''}`,
    next: `Write ${name}=${other}, or name OpenAI's scopes with --scopes.`,
  };
}

const WHY: Readonly<Partial<Record<Area, string>>> = {
  models: 'models can be listed, and nothing else.',
  model_capabilities: 'a model is asked for something, or it is not.',
};

function isArea(name: string): name is Area {
  return Object.hasOwn(AREAS, name);
}

/** What a scope looks like: a check against slips, since OpenAI documents no list. */
const SCOPE = /^(?:api\.)?[a-z_]+(?:\.[a-z_]+)*\.(?:read|write|request)$/;

export function isScope(text: string): boolean {
  return SCOPE.test(text);
}
