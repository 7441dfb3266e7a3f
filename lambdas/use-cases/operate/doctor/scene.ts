import { BadCredentialsError, CallerRefusedError, UnavailableError, UncertainError } from '../../../core/errors.ts';
import type { JobRecord } from '../../../core/model/job.ts';
import type { Probe } from '../../../core/ports/openai.ts';
import { readKey } from '../../../core/secrets/api-key.ts';
import type { Status } from '../../../shared/contract/operator.ts';
import { everyItem } from '../../pages.ts';
import type { CommandDeps } from '../deps.ts';
import { status } from '../status.ts';

/** What all checks of one visit have in common. Each part is gathered when the first check asks for it, and once. */
export interface Scene {
  readonly deps: CommandDeps;
  readonly now: number;
  /** How the ledger, the pacer and the queues stand. */
  readonly status: () => Promise<Status>;
  /** Jobs that have ended within the last days, by source. */
  readonly endedLately: () => Promise<ReadonlyMap<string, readonly EndedJob[]>>;
  /** A secret's key, past any cache: it may just have been mended. Throws `SecretUnusableError` for what is none. */
  readonly key: (secretId: string) => Promise<string>;
  readonly adminTurns: AdminTurns;
}

export interface EndedJob {
  readonly jobId: string;
  readonly finishedAt: number;
  readonly observedAt: number;
}

export const LATELY_DAYS = 7;

export function createScene(deps: CommandDeps): Scene {
  const now = deps.now();
  const keys = new Map<string, Promise<string>>();
  return {
    deps,
    now,
    status: once(() => status(deps, { endpoints: false })),
    endedLately: once(() => gatherEnded(everyItem(deps.ledger.listJobs), now - LATELY_DAYS * 86_400_000)),
    key(secretId) {
      const read = keys.get(secretId) ?? readKey(deps.secrets, secretId, { fresh: true });
      keys.set(secretId, read);
      return read;
    },
    adminTurns: createAdminTurns(),
  };
}

async function gatherEnded(jobs: AsyncIterable<JobRecord>, since: number) {
  const ended = new Map<string, EndedJob[]>();
  for await (const { source, jobId, finishedAt, observedAt } of jobs) {
    if (finishedAt === null || finishedAt < since) continue;
    ended.set(source, [...(ended.get(source) ?? []), { jobId, finishedAt, observedAt }]);
  }
  return ended;
}

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let begun: Promise<T> | undefined;
  return () => {
    begun ??= work();
    return begun;
  };
}

/** Carries out a probe when those before it have ended; `skipped` where one of them has shown that it is of no use. */
export type AdminTurns = (probe: () => Promise<Probe>) => Promise<Probe | 'skipped'>;

/**
 * Once OpenAI does not accept the key, lets nobody in from here, or does not answer, it does so to every further call as well: they would cost slots
 * and time, and say the same once more.
 */
export function createAdminTurns(): AdminTurns {
  let before: Promise<unknown> = Promise.resolve();
  let useless = false;
  return (probe) => {
    const turn = before.then(async () => {
      if (useless) return 'skipped' as const;
      const result = await probe();
      useless = !result.ok && USELESS.some((kind) => result.error instanceof kind);
      return result;
    });
    before = turn.catch(() => undefined);
    return turn;
  };
}

const USELESS = [BadCredentialsError, CallerRefusedError, UnavailableError, UncertainError] as const;
