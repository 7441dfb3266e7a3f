import { newCheckpoint, newPermission } from '../../lambdas/core/checkpoint/record.ts';
import type { CheckpointFacts, JobFacts } from '../../lambdas/core/model/job.ts';
import type { CheckpointRecord, PermissionRecord, PermissionState, Want } from '../../lambdas/core/model/permission.ts';
import { newSweep } from '../../lambdas/core/model/sweep.ts';
import { readWanted } from '../../lambdas/core/plan/wanted.ts';
import type { Rule } from '../../lambdas/core/policy/policy.ts';
import { aPolicy, aRule } from '../core/policy/builders.ts';
import { createInMemoryLedger } from '../in-memory/ledger.ts';
import { aJobRecord } from '../use-cases/operate/ask.ts';

const [MINUTE_MS, HOUR_MS, DAY_MS] = [60_000, 3_600_000, 86_400_000];

export const SOURCES = ['research', 'vision-lab', 'applied'];
const TARGETS = [
  ...['prod-eu', 'prod-us', 'prod-apac', 'staging', 'evals', 'support-desk', 'billing-bot', 'search'],
  ...['mobile', 'partners', 'sandbox', 'red-team', 'analytics', 'onboarding', 'voice', 'legal-review'],
  ...['docs-assistant', 'sales-copilot', 'fraud', 'growth', 'archive', 'demo', 'training-lab', 'hackathon'],
];
const SUFFIXES = [
  'support-triage',
  'support-answers',
  'receipts-ocr',
  'tone-guard',
  'sql-writer',
  'intent-router',
  'summaries',
];
const BASES = ['gpt-4o-mini-2024-07-18', 'gpt-4.1-mini-2025-04-14', 'gpt-4.1-2025-04-14'];
const STEPS = [120, 240, 360];

export interface SceneSize {
  readonly checkpoints: number;
  /** How many projects something is shared with; some more are named by the policy and by nobody else. */
  readonly projects: number;
}

/** A policy and a ledger as they are after some months of work, with every state in them: the same each time for one `now`. */
export async function aScene({ checkpoints, projects }: SceneSize, now: number) {
  let clock: number | null = now;
  const ledger = createInMemoryLedger({ actor: 'share', plan: null, now: () => clock ?? Date.now() });
  const observe = ledger.as({ actor: 'observe', plan: null });
  const random = randomFrom(7);
  const policy = aPolicy(rulesFor(TARGETS.slice(0, projects)), {
    projects: [
      ...SOURCES.map((alias) => ({ alias, id: projectId(alias), source: { apiKeySecret: null, webhookSecret: null } })),
      ...TARGETS.slice(0, projects + 3).map((alias) => ({ alias, id: projectId(alias), source: null })),
    ],
  });
  for (let index = 0, left = checkpoints; left > 0; index++) {
    const job = aJobOf(index, checkpoints, now, random);
    const wanted = readWanted(policy, [job], now).wants;
    await ledger.saveJob({
      ...aJobRecord(),
      ...job,
      observedAt: job.finishedAt ?? now,
      heardAt: job.finishedAt ?? now,
    });
    for (const { checkpoint } of job.checkpoints.slice(-left)) {
      left--;
      const origin = { source: job.source, jobId: job.jobId };
      const record = aRecordOf(checkpoint, origin, wanted.get(checkpoint) ?? [], {
        index,
        at: job.finishedAt ?? now,
        now,
        random,
      });
      const asked = { ...record, permissions: mapValues(record.permissions, asWanted) };
      clock = job.finishedAt ?? now;
      await observe.saveCheckpoint(asked, newCheckpoint(checkpoint, origin));
      clock = (job.finishedAt ?? now) + 4_000;
      await ledger.saveCheckpoint({ ...record, version: 1 }, { ...asked, version: 1 });
    }
  }
  for (const [index, source] of SOURCES.entries()) {
    await ledger.touchSource(source, { lastWebhookAt: now - (index * 50 + 5) * MINUTE_MS });
    await ledger.saveSweep({ ...newSweep(source), seenTo: now, sweptAt: now - 4 * MINUTE_MS });
  }
  // What is done from here on is done when it is.
  clock = null;
  return { policy, ledger };
}

function asWanted(permission: PermissionRecord): PermissionRecord {
  return { ...newPermission(permission.projectId, 'pending'), want: permission.want, askedAt: 1 };
}

function mapValues<Value>(
  values: Readonly<Record<string, Value>>,
  map: (value: Value) => Value,
): Record<string, Value> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, map(value)]));
}

export function projectId(alias: string): string {
  return `proj_${alias.replaceAll('-', '').padEnd(20, '0')}`;
}

function rulesFor(targets: readonly string[]): readonly Rule[] {
  const to = (isOne: (index: number) => boolean) => targets.filter((_, index) => isOne(index)).map(projectId);
  const match = { baseModel: null, suffix: null, metadata: {} };
  return [
    aRule({
      name: 'support models to production',
      from: SOURCES,
      match: { ...match, suffix: 'support-*' },
      to: to((index) => index < 6),
    }),
    aRule({
      name: 'every checkpoint to evals',
      from: SOURCES,
      checkpoints: { kind: 'all' },
      to: to((index) => index === 3 || index === 4),
    }),
    aRule({
      name: 'released models to everybody',
      from: SOURCES,
      match: { ...match, metadata: { stage: 'release' } },
      to: to(() => true),
      expireAfterDays: 365,
    }),
    aRule({
      name: 'vision to its products',
      from: ['vision-lab'],
      checkpoints: { kind: 'last', count: 2 },
      to: to((index) => index % 5 === 3),
      onDrift: 'report',
    }),
    aRule({
      name: 'applied research to tools',
      from: ['applied'],
      match: { ...match, baseModel: 'gpt-4o-mini*' },
      to: to((index) => index % 4 === 2),
    }),
  ];
}

function aJobOf(index: number, of: number, now: number, random: () => number): JobFacts {
  const spacing = Math.min(20 * HOUR_MS, (200 * DAY_MS) / of);
  const createdAt = now - 40 * MINUTE_MS - index * spacing;
  const baseModel = pick(BASES, random() * BASES.length);
  const suffix = pick(SUFFIXES, random() * SUFFIXES.length);
  const id = idFrom(random, 8);
  const model = `ft:${baseModel}:acme:${suffix}:${id}`;
  const start = 1.4 + random();
  const metrics = (step: number) => {
    const loss = start * Math.exp(-step / 260) + 0.32;
    return {
      train_loss: round(loss),
      valid_loss: round(loss * 1.08 + step / 9_000),
      train_mean_token_accuracy: round(0.97 - loss * 0.13),
      valid_mean_token_accuracy: round(0.955 - loss * 0.135),
    };
  };
  const checkpoints: CheckpointFacts[] = STEPS.map((step, at) => {
    const final = at === STEPS.length - 1;
    return {
      checkpoint: final ? model : `ft:${baseModel}:acme:${suffix}:${idFrom(random, 8)}:ckpt-step-${step}`,
      step,
      final,
      metrics: metrics(step),
    };
  });
  return {
    jobId: `ftjob-${idFrom(random, 24)}`,
    source: pick(SOURCES, random() * SOURCES.length),
    status: 'succeeded',
    baseModel,
    finalModel: model,
    metadata: random() < 0.3 ? { stage: 'release', team: 'support' } : { stage: 'experiment' },
    createdAt,
    finishedAt: createdAt + 35 * MINUTE_MS,
    checkpoints,
  };
}

interface When {
  readonly index: number;
  readonly at: number;
  readonly now: number;
  readonly random: () => number;
}

function aRecordOf(
  checkpoint: string,
  origin: { readonly source: string; readonly jobId: string },
  wants: readonly Want[],
  { index, at, now, random }: When,
): CheckpointRecord {
  const permissions = wants.map((want): PermissionRecord => {
    const state = index < 3 ? freshState(index, random) : oldState(random);
    const hasId = !['pending', 'unknown', 'rejected'].includes(state);
    return {
      ...newPermission(want.projectId, state),
      permissionId: hasId ? `cp_${idFrom(random, 20)}` : null,
      want: ['orphaned', 'revoking', 'foreign', 'revoked'].includes(state) ? null : want,
      reason: REASONS[state] ?? null,
      sharedAt: hasId ? at + 4_000 : null,
      verifiedAt: hasId ? Math.min(now, at + DAY_MS) : null,
      notBefore: state === 'pending' ? now - MINUTE_MS + index * 1_000 : null,
    };
  });
  const held = index > 3 && random() < 0.03 ? pick(wants, random() * wants.length) : undefined;
  const hold = {
    kind: random() < 0.5 ? 'ignored' : 'withheld',
    at: now - 3 * DAY_MS,
    by: 'arn:aws:iam::123456789012:user/ann',
  } as const;
  return {
    ...newCheckpoint(checkpoint, origin),
    permissions: Object.fromEntries(permissions.map((permission) => [permission.projectId, permission])),
    listedAt: now - HOUR_MS,
    ...(held && { holds: { [held.projectId]: hold } }),
  };
}

const REASONS: Partial<Record<PermissionState, string>> = {
  drifted: 'it is gone at OpenAI, and its rule says report',
  rejected: 'OpenAI refuses it: project proj_… is archived',
  orphaned: 'no rule wants it any more',
  unknown: 'the answer of the call never came',
};

function freshState(index: number, random: () => number): PermissionState {
  if (index === 0) return 'pending';
  return random() < 0.7 ? 'active' : index === 1 ? 'unknown' : 'pending';
}

const OLD: readonly [PermissionState, number][] = [
  ['drifted', 0.008],
  ['rejected', 0.006],
  ['orphaned', 0.02],
  ['revoking', 0.004],
  ['foreign', 0.006],
  ['revoked', 0.006],
];

function oldState(random: () => number): PermissionState {
  let left = random();
  for (const [state, share] of OLD) {
    left -= share;
    if (left < 0) return state;
  }
  return 'active';
}

function pick<Item>(items: readonly Item[], at: number): Item {
  const item = items[Math.floor(at) % items.length];
  if (item === undefined) throw new Error('There is nothing to pick from.');
  return item;
}

const LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789';

function idFrom(random: () => number, length: number): string {
  return Array.from({ length }, () => LETTERS[Math.floor(random() * LETTERS.length)]).join('');
}

function round(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}

/** Mulberry32: the same numbers from the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
