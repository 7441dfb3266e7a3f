import type { AdminKey, ProjectKey } from '../../lambdas/shared/contract/operator.ts';
import { ask } from '../ask.ts';
import { tellExpiry } from '../model/health.ts';
import { now } from '../store.ts';
import { Refusal } from './refusal.tsx';
import { useAnswer } from './use-answer.ts';
import { When } from './when.tsx';

/** More pages than any organisation has of keys that somebody looks through. */
const MOST_PAGES = 5;

interface KeysOfProps {
  readonly title: string;
  /** Alias of a project; null = the organisation's admin keys. */
  readonly project: string | null;
}

/** The keys of one kind, as the keys function tells of them: for that it takes a right of its own. */
export function KeysOf({ title, project }: KeysOfProps) {
  const { value, problem } = useAnswer(`keys ${project}`, (signal) => readKeys(project, signal));
  return (
    <section aria-label={title} class="keys-of">
      <h3>{title}</h3>
      <Refusal problem={problem} />
      {value === undefined && problem === null && <p class="faint">Reading …</p>}
      {value?.length === 0 && <p class="faint">None.</p>}
      {value && value.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways, which takes the keyboard, too.
        <section class="scroll lane" tabIndex={0} aria-label={`Table of ${title.toLowerCase()}`}>
          <table>
            <thead>
              <tr>
                {['Name', 'Key', 'Ends', 'Last used', 'Owner'].map((name) => (
                  <th scope="col" key={name}>
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {value.map((key) => (
                <KeyLine key={key.id} shown={key} />
              ))}
            </tbody>
          </table>
        </section>
      )}
    </section>
  );
}

async function readKeys(project: string | null, signal: AbortSignal): Promise<readonly (AdminKey | ProjectKey)[]> {
  const keys: (AdminKey | ProjectKey)[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < MOST_PAGES; page++) {
    const read: { readonly keys: readonly (AdminKey | ProjectKey)[]; readonly cursor: string | null } =
      project === null
        ? await ask('list-admin-keys', { cursor }, signal)
        : await ask('list-project-keys', { project, cursor }, signal);
    keys.push(...read.keys);
    cursor = read.cursor;
    if (cursor === null) break;
  }
  return keys;
}

function KeyLine({ shown }: { readonly shown: AdminKey | ProjectKey }) {
  const { name, id, redactedValue, expiresAt, lastUsedAt, owner, inUse } = shown;
  const { says, state } = tellExpiry(expiresAt, now.value);
  return (
    <tr>
      <th scope="row">
        {name ?? id} {inUse && <span class="chip">in use</span>}
      </th>
      <td>
        <code>{redactedValue}</code>
      </td>
      <td class={`ends is-${state}`}>{says}</td>
      <td class="faint">{lastUsedAt ? <When at={lastUsedAt} /> : 'never'}</td>
      <td class="faint">{owner.name ?? owner.id ?? owner.type}</td>
    </tr>
  );
}
