import { setTimeout as sleep } from 'node:timers/promises';
import { inject } from 'vitest';
import type { FakeOpenAI, FakeOpenAIOptions } from '../fake-openai/fake-openai.ts';
import type { LocalCloud } from '../local-cloud/cloud.ts';
import { ckpt } from '../sandbox/ckpt.ts';
import { startSandboxOpenAI } from '../sandbox/openai.ts';
import { SOURCE } from '../sandbox/sandbox.ts';
import { type Delivery, deliver } from '../sandbox/webhook.ts';
import { clearLedger } from './clear-ledger.ts';
import { itemsOf } from './stored.ts';

/** One permission as `ckpt list --json` prints it. */
export interface ListedPermission {
  readonly checkpoint: string;
  readonly projectId: string;
  readonly project: string | null;
  readonly permissionId: string | null;
  readonly state: string;
  readonly reason: string | null;
  readonly jobId: string | null;
  readonly source: string | null;
  readonly rule: string | null;
  readonly origin: string | null;
  readonly sharedAt: string | null;
  readonly verifiedAt: string | null;
  readonly expiresAt: string | null;
}

const HOUR_MS = 60 * 60_000;

/** A project that is no source: no rule wants what is trained there. */
const UNWATCHED = 'proj_Unwatched00000000';

const sandbox = inject('sandbox');
const cloud: LocalCloud = { ...inject('cloud'), stop: async () => undefined };

/** The deployed stack with an empty ledger, and a fake OpenAI of the test file's own behind it. */
export async function openStage(options: FakeOpenAIOptions = {}) {
  await clearLedger(cloud, sandbox.outputs.LedgerTableName ?? '');
  let behindMs = 0;
  const now = () => Date.now() - behindMs;
  const fake = await startSandboxOpenAI(sandbox.keys, { port: inject('openaiPort'), now, ...options });
  fake.addProject({ id: UNWATCHED });
  return {
    cloud,
    sandbox,
    fake,
    addJob: (checkpoints = 1, status = 'succeeded') => fake.addJob({ projectId: SOURCE.id, checkpoints, status }),
    addUnwatchedJob: (checkpoints = 1) => fake.addJob({ projectId: UNWATCHED, checkpoints }),
    deliver: (jobId: string, delivery?: Delivery) => deliver(cloud, sandbox, fake, jobId, delivery),
    async listed(jobId: string): Promise<readonly ListedPermission[]> {
      const { stdout, stderr, code } = await ckpt(cloud, ['list', '--job', jobId, '--json']);
      if (code !== 0) throw new Error(`ckpt list ended with ${code}: ${stderr}`);
      return JSON.parse(stdout);
    },
    /** Does something by the clock of an hour ago: a list is believed about what is as old, and not about what is fresh. */
    async anHourAgo<T>(work: () => T | Promise<T>): Promise<T> {
      behindMs = HOUR_MS;
      try {
        return await work();
      } finally {
        behindMs = 0;
      }
    },
    close: () => fake.close(),
  };
}

export type Stage = Awaited<ReturnType<typeof openStage>>;

const POLL_MS = 500;
const POLLS = 160;

/** Every item of the ledger, as text. */
export function ledgerItems({ cloud, sandbox }: Stage): Promise<readonly string[]> {
  return itemsOf(cloud, sandbox.outputs.LedgerTableName ?? '');
}

/** Asks until the answer is what is waited for, a bounded number of times; returns the last answer either way. */
export async function eventually<T>(ask: () => T | Promise<T>, isThere: (answer: T) => boolean): Promise<T> {
  let answer = await ask();
  for (let poll = 0; poll < POLLS && !isThere(answer); poll++) {
    await sleep(POLL_MS);
    answer = await ask();
  }
  return answer;
}

/** What is shared of a job, once it is shared with so many. */
export function shared(stage: Stage, jobId: string, count: number): Promise<readonly ListedPermission[]> {
  return eventually(
    () => stage.listed(jobId),
    (listed) => listed.filter(({ state }) => state === 'active').length >= count,
  );
}

/** The POSTs for one job's checkpoints. */
export function postsFor(fake: FakeOpenAI, job: { readonly checkpoints: readonly { readonly checkpoint: string }[] }) {
  return fake.calls.all.filter(
    ({ endpoint, path }) =>
      endpoint === 'permissions.create' &&
      job.checkpoints.some(({ checkpoint }) => decodeURIComponent(path).includes(`/${checkpoint}/`)),
  );
}
