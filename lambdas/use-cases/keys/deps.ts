import { NoSlotError, UnavailableError } from '../../core/errors.ts';
import { otherEvent } from '../../core/events/checkpoint-event.ts';
import type { OtherAct } from '../../core/events/event.ts';
import type { ConnectedIdentities } from '../../core/identity/ports.ts';
import type { FederationRuleApi, IdentityProviderApi } from '../../core/identity-ports.ts';
import type { WebhookEndpointManagementApi } from '../../core/key-ports.ts';
import { withRemoved } from '../../core/keys/key-watch.ts';
import type { KeyLedger, KeyPage, KeysApi } from '../../core/keys/ports.ts';
import type { Policy } from '../../core/policy/policy.ts';
import type { Clock, Log, Sleep } from '../../core/ports/runtime.ts';
import type { SecretDates, Secrets } from '../../core/ports/secrets.ts';
import type { SecretStore } from '../../core/secrets/store.ts';
import type { KeysCommandName, RequestOf, ResultOf } from '../../shared/contract/operator.ts';
import { changeState } from '../change.ts';
import type { IdentityDeps, SecretIds } from '../operate/deps.ts';
import type { DispatchDeps, Named } from '../operate/dispatch.ts';
import { adminKeyName, explaining } from '../operate/explain-openai.ts';
import { inSlot } from '../operate/paced.ts';
import { NotYetError } from '../operate/problem.ts';
import type { Pacer } from '../pacer.ts';

/** What it takes to make and to delete keys. */
export interface KeyMakingDeps extends DispatchDeps {
  readonly policy: Policy;
  /** What is known of the keys that were made here. */
  readonly keyLedger: KeyLedger;
  readonly pacer: Pick<Pacer, 'start' | 'throttled'>;
  readonly api: KeysApi;
  readonly secrets: Pick<Secrets, 'current'>;
  readonly store: SecretStore;
  readonly secretIds: SecretIds;
  readonly stackName: string;
  readonly now: Clock;
  readonly sleep: Sleep;
  readonly log: Log;
}

/** What the commands about keys and sources are wired with. */
export interface KeysDeps extends KeyMakingDeps {
  /** As `api`, with an admin key that is not in use. */
  readonly apiWith: (adminKey: string) => KeysApi;
  /** With the project key of a source, by its alias; undefined where the function was told of none. No admin calls. */
  readonly endpointsOf: (source: string) => WebhookEndpointManagementApi | undefined;
  /** Where OpenAI delivers, without the source's alias and without a slash at its end. */
  readonly webhookUrl: string;
  /** Of the sources without a stored key. */
  readonly identity: IdentityDeps & { readonly connected: ConnectedIdentities };
  /** Admin calls, as `api`: to be made in slots of the pacer. */
  readonly providers: IdentityProviderApi;
  readonly rules: FederationRuleApi;
  readonly secretDates: SecretDates;
  /** Without an id at its end: which stack this is, also once it was destroyed and deployed again. */
  readonly stackArn: string;
}

export type KeysCommandDeps = Named<KeysDeps>;

/** Carries out one command of the keys function. */
export type KeysCommand<Name extends KeysCommandName> = (
  deps: KeysCommandDeps,
  request: RequestOf<Name>,
) => Promise<ResultOf<Name>>;

/** One admin call in a slot of its endpoint; what OpenAI has against it is thrown as one that a person can act on. */
export function calling<Answer>(
  deps: Pick<KeysDeps, 'api' | 'pacer' | 'secretIds'>,
  endpoint: KeyEndpoint,
  call: (api: KeysApi) => Promise<Answer>,
): Promise<Answer> {
  return explaining(adminKeyName(deps), () => inSlot(deps.pacer, endpoint, 'repair', () => call(deps.api)));
}

/** The pacer's names of the endpoints of keys: OpenAI throttles every endpoint on its own. */
export type KeyEndpoint =
  | `admin-keys.${'list' | 'get' | 'create' | 'delete'}`
  | 'projects.list'
  | `service-accounts.${'list' | 'create' | 'update' | 'delete' | 'create-key'}`
  | `identity-providers.${'list' | 'create' | 'delete'}`
  | `federation-rules.${'list' | 'create' | 'update' | 'delete'}`
  | `project-keys.${'list' | 'get' | 'update' | 'delete'}`;

/** So long a list waits for slots, milliseconds: for one more window, and two such lists end before a function is cut off. */
const LIST_WAITS_MS = 65_000;

/**
 * All items of all pages; each page is a call. Where there is no slot after the first one it waits: begun anew it would get no
 * further. Throws `UnavailableError` for a list that goes round in a circle.
 */
export async function everyPage<Item>(
  { sleep }: Pick<KeysDeps, 'sleep'>,
  read: (after: string | null) => Promise<KeyPage<Item>>,
): Promise<readonly Item[]> {
  const items: Item[] = [];
  const cursors = new Set<string>();
  let leftMs = LIST_WAITS_MS;
  let after: string | null = null;
  for (;;) {
    try {
      const page: KeyPage<Item> = await read(after);
      items.push(...page.items);
      after = page.next;
    } catch (error) {
      const waitMs = error instanceof NoSlotError ? error.seconds * 1_000 : Number.POSITIVE_INFINITY;
      if (after === null || waitMs > leftMs) throw error;
      leftMs -= waitMs;
      await sleep(waitMs);
      continue;
    }
    if (after === null) return items;
    if (cursors.has(after)) {
      throw new UnavailableError("OpenAI's list comes back to what it has shown: it would never end");
    }
    cursors.add(after);
  }
}

/** No invocation of this function lasts longer, milliseconds. */
export const RUNS_WITHIN_MS = 3 * 60_000;

const ASK_AGAIN_SECONDS = 3;

/** What one does at a time, by its lease, and what whoever comes second is told. */
const AT_ONCE = {
  'connect-sources': 'Another source is connected or disconnected just now, or this one is.',
  'make-keys': 'Another key is being made just now.',
} as const;

/**
 * Does it while nobody else does the like: both look first for what there is already, and two that look at once would both find
 * nothing and make it twice. Throws `NotYetError` while another is at it; one that was cut off is in nobody's way for longer
 * than it could have run.
 */
export async function inTurn<Answer>(
  { ledger, requestId, now, log }: Pick<KeysCommandDeps, 'ledger' | 'requestId' | 'now' | 'log'>,
  lease: keyof typeof AT_ONCE,
  work: () => Promise<Answer>,
): Promise<Answer> {
  if (!(await ledger.acquireLease(lease, requestId, now(), RUNS_WITHIN_MS))) {
    throw new NotYetError(AT_ONCE[lease], ASK_AGAIN_SECONDS);
  }
  try {
    return await work();
  } finally {
    // What was done, or why it was not, is what counts: the others have to wait a little longer.
    await ledger.releaseLease(lease, requestId).catch((error: unknown) => {
      log.warn('A lease is not released: it ends by itself', { lease, error });
    });
  }
}

/** Keeps for ever who did it; never a value. */
export async function tell(
  deps: Pick<KeysCommandDeps, 'ledger' | 'author' | 'now' | 'requestId'>,
  act: OtherAct,
  note: string,
): Promise<void> {
  const { ledger, author, now, requestId } = deps;
  await ledger.addEvent(otherEvent(act, note, author, now(), requestId));
}

/** What the keys function does by itself is told in its name. */
export const KEYS_AUTHOR = { actor: 'keys', plan: null } as const;

/** To be called before a key is deleted that somebody may know of: what the audit log tells of it is no news then. */
export async function noteRemoval({ ledgerAs, now }: Pick<KeysDeps, 'ledgerAs' | 'now'>, id: string): Promise<void> {
  await changeState(ledgerAs(KEYS_AUTHOR), 'keyWatch', (watch) => withRemoved(watch, id, now()));
}
