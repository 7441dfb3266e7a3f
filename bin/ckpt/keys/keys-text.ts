import type { AdminKey, ProjectKey } from '../../../lambdas/shared/contract/operator.ts';
import { CliError } from '../errors.ts';
import { oneLine } from '../text/paint.ts';
import { table } from '../text/table.ts';
import { showTime } from '../text/times.ts';

type Key = AdminKey | ProjectKey;

export function showKeys(keys: readonly Key[], width: number | null): string {
  if (keys.length === 0) return 'There is no key.\n';
  return table(
    keys,
    [
      { heading: 'ID', text: ({ id }) => id },
      { heading: 'NAME', text: ({ name }) => name },
      { heading: 'VALUE', text: ({ redactedValue }) => redactedValue },
      { heading: 'OWNER', text: ({ owner }) => owner.name ?? owner.id },
      { heading: 'CREATED', text: ({ createdAt }) => showTime(createdAt) },
      { heading: 'EXPIRES', text: ({ expiresAt }) => showTime(expiresAt) },
      { heading: 'LAST USED', text: ({ lastUsedAt }) => showTime(lastUsedAt) },
      { heading: 'IN USE', text: ({ inUse }) => (inUse ? 'yes' : null) },
    ],
    width,
  );
}

/** One line a fact. */
export function showKey(key: Key): string {
  const facts: (readonly [string, string | null])[] = [
    ['name', key.name],
    ['value', key.redactedValue],
    ['owner', [key.owner.type, key.owner.name ?? key.owner.id].filter(Boolean).join(' ')],
    ...('projectId' in key
      ? ([
          ['project', key.project === null ? key.projectId : `${key.project} (${key.projectId})`],
          ['may do', showScopes(key)],
        ] as const)
      : []),
    ['created', showTime(key.createdAt)],
    ['expires', key.expiresAt === null ? 'never' : showTime(key.expiresAt)],
    ['last used', key.lastUsedAt === null ? 'never' : showTime(key.lastUsedAt)],
    ['secret', key.secret ?? 'none of ours'],
    ['in use', key.inUse ? 'yes: the system works with it' : 'no'],
  ];
  const lines = facts.map(([name, value]) => `  ${name.padEnd(10)}${oneLine(value ?? '-')}`);
  return `${[key.id, ...lines].join('\n')}\n`;
}

function showScopes({ scopes, allRights }: ProjectKey): string {
  if (allRights === true) return 'everything';
  return scopes === null ? 'not known: OpenAI does not say' : scopes.join(', ');
}

export function showMade({
  id,
  name,
  secret,
  expiresAt,
}: {
  readonly id: string;
  readonly name: string;
  readonly secret: string;
  readonly expiresAt: string | null;
}): string {
  const ends = expiresAt === null ? 'It never ends.' : `It ends at ${showTime(expiresAt)}.`;
  return `${id} (${oneLine(name)}) was made; its value is in ${secret}. ${ends}\n`;
}

/** What deletes wants a word more. Throws `CliError`. */
export function expectYes(yes: true | undefined, what: string): void {
  if (yes === true) return;
  throw new CliError({
    name: 'NotAgreedError',
    message: `This would delete ${what} at OpenAI, for good; nothing was done.`,
    next: 'Say so with --yes.',
  });
}
