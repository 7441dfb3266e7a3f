import { askedUnderAnotherKey } from '../../core/checkpoint/another-key.ts';
import { REFUSED_RETRY_MS } from '../../core/checkpoint/retries.ts';
import type { SharingError } from '../../core/errors.ts';
import type { Priority } from '../../core/model/permission.ts';
import {
  type EndpointRest,
  type KeyRest,
  NO_RESTS,
  type Rest,
  type RestKind,
  type Rests,
} from '../../core/model/rests.ts';
import { type AdminCall, ENDPOINT_OF } from '../../core/pacing/endpoints.ts';
import { doubtedSince, noteOurs, noteRefused, type Worth, worthOf } from '../../core/pacing/key-standing.ts';
import { reasonOf } from '../../core/pacing/refusals.ts';
import {
  endRests,
  forgetRests,
  isAnyRefused,
  isResting,
  type Refusal,
  restEndpoint,
  restKey,
  restOf,
} from '../../core/pacing/rests.ts';
import { changeAsRead, changeState, readState } from '../change.ts';
import { everyItem } from '../pages.ts';
import { tellUnwritten, tryRow } from '../side-by-side.ts';
import type { ShareDeps } from './deps.ts';

/** What this stack does not ask OpenAI for just now, as one turn has found it, and has found out since. */
export class Resting {
  readonly #deps: Pick<ShareDeps, 'ledger' | 'now' | 'log' | 'currentKeyMark'>;
  /** Whether something of ours was shown or let change, by the call that was let in. */
  readonly #letIn = new Map<AdminCall, boolean>();
  #isKeyOurs = false;
  #rests: Rests = NO_RESTS;

  constructor(deps: Pick<ShareDeps, 'ledger' | 'now' | 'log' | 'currentKeyMark'>) {
    this.#deps = deps;
  }

  /** With another key than the one that was refused all is tried anew, and so is what that one's word had put off. */
  async read(): Promise<void> {
    const { ledger } = this.#deps;
    this.#rests = await readState(ledger, 'rests');
    if (!isAnyRefused(this.#rests)) return;
    const keyMark = await this.#keyMark();
    if (keyMark !== null && keyMark !== this.#rests.keyMark) {
      const since = doubtedSince(this.#rests);
      if (since !== null) await askUnderAnotherKey(this.#deps, since);
      this.#rests = await changeState(ledger, 'rests', forgetRests);
    }
    if (this.isKeyResting()) this.#tell(this.#rests.key, null, true);
  }

  isKeyResting(): boolean {
    return isResting(this.#rests.key, this.#deps.now());
  }

  /** Whether the key was refused and has not been let in since: one call is to go before the others, then. */
  isKeyInDoubt(): boolean {
    return this.#rests.key !== null;
  }

  lacksScope(call: AdminCall): boolean {
    return this.#rests.endpoints[ENDPOINT_OF[call]]?.kind === 'scope-missing';
  }

  /** Whether the endpoint is not for this key, or not there where OpenAI is asked. */
  isRefused(call: AdminCall): boolean {
    return this.lacksScope(call) || this.#rests.endpoints[ENDPOINT_OF[call]]?.kind === 'caller-refused';
  }

  /** Whether something of ours was shown to the key, or it was let change it, since this turn began or it was first in doubt. */
  isKeyOurs(): boolean {
    return this.#isKeyOurs || this.#rests.standing?.isOurs === true;
  }

  /** Checkpoints or projects were refused to the key, and nobody can tell whose it is. */
  async noteRefused(names: readonly string[]): Promise<Worth> {
    if (this.#isKeyOurs) return 'believed';
    const keyMark = await this.#keyMark();
    this.#rests = await changeState(this.#deps.ledger, 'rests', (rests) =>
      noteRefused(rests, names, keyMark, this.#deps.now()),
    );
    return worthOf(this.#rests);
  }

  isEndpointResting(call: AdminCall, priority: Priority): boolean {
    const rest = restOf(this.#rests, ENDPOINT_OF[call], this.#deps.now());
    // That nothing can be verified is for doctor to say; that a lost answer cannot be found again is more than that.
    const isMissed = rest?.kind !== 'scope-missing' || (priority !== 'verify' && priority !== 'retry');
    if (rest !== null) this.#tell(rest, call, isMissed);
    return rest !== null;
  }

  /** A call was let in. What rests because of others that were not is told so by `end`. */
  noteLetIn(call: AdminCall, isOurs: boolean): void {
    this.#letIn.set(call, isOurs || this.#letIn.get(call) === true);
    this.#isKeyOurs ||= isOurs;
  }

  /** Not at the end of the call itself: its answer is recorded before anything else can fail. */
  async end(): Promise<void> {
    const letIn = [...this.#letIn];
    this.#letIn.clear();
    const isOurs = this.#isKeyOurs;
    const withoutThem = (rests: Rests) =>
      letIn.reduce((left, [call, ours]) => endRests(left, call, ours), isOurs ? noteOurs(rests) : rests);
    if (withoutThem(this.#rests) === this.#rests) return;
    this.#rests = await changeState(this.#deps.ledger, 'rests', withoutThem);
  }

  async restKey(kind: KeyRest, problem: SharingError): Promise<void> {
    this.#isKeyOurs = false;
    await this.#change(kind, problem, (rests, refusal) => restKey(rests, refusal, this.#deps.now()));
    this.#tell(this.#rests.key, null, true);
  }

  async restEndpoint(call: AdminCall, kind: EndpointRest, problem: SharingError): Promise<void> {
    await this.#change(kind, problem, (rests, refusal) => restEndpoint(rests, call, refusal, this.#deps.now()));
    const rest = this.#rests.endpoints[ENDPOINT_OF[call]] ?? null;
    this.#tell(rest, call, kind !== 'scope-missing' || (call !== 'list' && call !== 'project'));
  }

  async #change(
    kind: RestKind,
    { message }: SharingError,
    change: (rests: Rests, refusal: Refusal) => Rests,
  ): Promise<void> {
    this.#letIn.clear();
    const refusal = { kind, reason: reasonOf(kind, message), keyMark: await this.#keyMark() };
    this.#rests = await changeState(this.#deps.ledger, 'rests', (rests) => change(rests, refusal));
  }

  async #keyMark(): Promise<string | null> {
    return (await this.#deps.currentKeyMark?.()) ?? null;
  }

  /** The alarm is for what lasts: a gateway that stumbles once is none. */
  #tell(rest: Rest | null, call: AdminCall | null, isMissed: boolean): void {
    const isBlip = rest?.kind === 'caller-refused' && rest.tries === 1;
    const signal = isMissed && !isBlip ? { signal: 'openai-refuses' } : {};
    this.#deps.log.warn('OpenAI is not asked for a while', { ...signal, call, ...rest });
  }
}

/** What was refused since then, to a key that may not have been ours, is due at once. */
export async function askUnderAnotherKey(
  { ledger, now, log }: Pick<ShareDeps, 'ledger' | 'now' | 'log'>,
  since: number,
): Promise<void> {
  for (const { projectId, retryAt } of await ledger.refusedProjects()) {
    if (retryAt - REFUSED_RETRY_MS >= since) await ledger.pardonProject(projectId);
  }
  for await (const record of everyItem(ledger.listCheckpoints)) {
    const failed = await tryRow(record.checkpoint, () =>
      changeAsRead(ledger, record, (current) => askedUnderAnotherKey(current, since, now())),
    );
    if (failed !== undefined) tellUnwritten(log, [failed]);
  }
}
