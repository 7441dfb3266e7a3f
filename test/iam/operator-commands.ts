import { packPolicy } from '../../lambdas/core/policy/pack.ts';
import type { Policy } from '../../lambdas/core/policy/policy.ts';
import type { OperatorCommandName } from '../../lambdas/shared/contract/operator.ts';
import { aPolicy } from '../core/policy/builders.ts';
import type { StackAtWork } from './stack-at-work.ts';

/** What the commands are tried on. */
export interface Things {
  readonly stack: StackAtWork;
  /** Two jobs that were shared with every target. */
  readonly jobs: readonly { readonly id: string; readonly finalModel: string }[];
  /** A policy that would take so much away that it waits for a person. */
  readonly narrower: Partial<Policy>;
}

const SOME = { permissionId: null, projects: [], all: false };
const BY_HAND = { onDrift: 'report', expiresAt: null } as const;

/**
 * Every command of the operator function, tried in each way in which it comes to touch something of AWS, and in an order in
 * which each finds something to do. A command that is not here does not compile.
 */
export const COMMANDS: { readonly [Name in OperatorCommandName]: (things: Things) => Promise<unknown> } = {
  list: ({ stack }) => stack.operator({ command: 'list', filter: {}, cursor: null }),
  status: ({ stack }) => stack.operator({ command: 'status' }),
  version: ({ stack }) => stack.operator({ command: 'version' }),
  jobs: ({ stack }) => stack.operator({ command: 'jobs', source: [], status: [], cursor: null }),
  async show(things) {
    const { stack, jobs } = things;
    for (const what of [jobs[0]?.id, modelOf(things), permissionOf(things)]) {
      await stack.operator({ command: 'show', what: what ?? '', live: what === modelOf(things) });
    }
  },
  async events(things) {
    for (const checkpoint of [null, modelOf(things)]) {
      await things.stack.operator({ command: 'events', checkpoint, cursor: null, limit: 10 });
    }
  },
  async 'adopt-job'({ stack, jobs }) {
    const running = stack.fake.addJob({ projectId: 'proj_RESEARCH', status: 'running' });
    for (const jobId of [jobs[0]?.id, running.id]) {
      await stack.operator({ command: 'adopt-job', jobId: jobId ?? '', source: null });
    }
  },
  async adopt(things) {
    const { stack } = things;
    const model = aForeignModel(things);
    const byHand = stack.fake.grant(model, 'proj_US').id;
    for (const id of [permissionOf(things), byHand]) {
      const named = { checkpoint: null, permissionIds: [id], projects: [], all: false, madeTogether: false };
      await stack.operator({ command: 'adopt', ...named });
    }
  },
  settling: (things) => {
    return things.stack.operator({ command: 'settling', checkpoint: modelOf(things), projects: ['prod-eu'] });
  },
  async ignore(things) {
    for (const undo of [false, true]) {
      const selection = { ...SOME, checkpoint: modelOf(things), projects: ['prod-eu'] };
      await things.stack.operator({ command: 'ignore', ...selection, undo });
    }
  },
  async 'forget-job'({ stack, jobs }) {
    const jobId = jobs[1]?.id ?? '';
    await stack.operator({ command: 'forget-job', jobId });
    await stack.operator({ command: 'adopt-job', jobId, source: 'research' });
  },
  async share(things) {
    const { stack } = things;
    // The second one is a project that OpenAI does not take as of now.
    for (const project of ['prod-eu', 'mistyped']) {
      await stack.operator({ command: 'share', checkpoint: modelOf(things), projects: [project], ...BY_HAND });
    }
  },
  /** Of a permission that somebody has taken away at OpenAI, as the audit log tells. */
  async repair(things) {
    const { stack } = things;
    const checkpoint = aForeignModel(things);
    await stack.operator({ command: 'share', checkpoint, projects: ['prod-us'], ...BY_HAND });
    await stack.share();
    stack.pass(10 * 60_000);
    for (const { id } of stack.fake.permissions(checkpoint)) stack.fake.revoke(checkpoint, id);
    await stack.reconcile();
    await stack.share();
    await stack.operator({ command: 'repair', checkpoint, project: [] });
  },
  async forget(things) {
    const { stack } = things;
    const checkpoint = aForeignModel(things);
    stack.fake.grant(checkpoint, 'proj_US');
    const all = { permissionIds: [], projects: [], all: true, madeTogether: false };
    await stack.operator({ command: 'adopt', checkpoint, ...all });
    await stack.operator({ command: 'forget', ...SOME, checkpoint, all: true });
  },
  async revoke(things) {
    for (const dryRun of [true, false]) {
      const selection = { ...SOME, checkpoint: null, permissionId: permissionOf(things) };
      await things.stack.operator({ command: 'revoke', ...selection, dryRun, withhold: true });
    }
  },
  pause: ({ stack }) => stack.operator({ command: 'pause', rules: [], sources: [], why: null }),
  resume: ({ stack }) => stack.operator({ command: 'resume', rules: [], sources: [] }),
  reconcile: ({ stack }) => stack.operator({ command: 'reconcile', verifyAll: true }),
  progress: ({ stack }) => {
    const askedAt = new Date(0).toISOString();
    return stack.operator({ command: 'progress', askedAt, verifyAll: false, endedAt: askedAt });
  },
  async redrive({ stack, jobs }) {
    stack.aws.account.deadLetters.push(JSON.stringify({ source: 'research', jobId: jobs[0]?.id, webhookAt: null }));
    await stack.operator({ command: 'redrive' });
  },
  'model-access': (things) => {
    return things.stack.operator({ command: 'model-access', checkpoint: modelOf(things), project: 'prod-eu' });
  },
  doctor: ({ stack }) => stack.operator({ command: 'doctor', only: [] }),
  'webhook-sign': ({ stack, jobs }) => {
    const event = { type: 'fine_tuning.job.succeeded', jobId: jobs[0]?.id ?? '', ageSeconds: 0, badSignature: false };
    return stack.operator({ command: 'webhook-sign', source: 'research', ...event });
  },
  'webhook-verify': ({ stack }) => {
    const delivery = { id: 'wh_1', timestamp: '1', signature: 'v1,AAAA', body: '', at: null };
    return stack.operator({ command: 'webhook-verify', source: 'research', ...delivery });
  },
  async plan({ stack, narrower }) {
    await stack.operator({ command: 'plan' }, narrower);
    await stack.operator({ command: 'plan', policy: packPolicy(aPolicy()) });
  },
  /** The last is one that the ledger has no record of, so that the jobs have to tell. */
  async explain(things) {
    const { stack, jobs } = things;
    for (const what of [jobs[0]?.id, modelOf(things), aForeignModel(things)]) {
      await stack.operator({ command: 'explain', what: what ?? '' });
    }
    await stack.operator({ command: 'explain', what: modelOf(things), policy: packPolicy(aPolicy()) });
  },
  async confirm({ stack, narrower }) {
    const { guard } = await stack.operator({ command: 'plan' }, narrower);
    await stack.operator({ command: 'confirm', id: guard.id ?? '' }, narrower);
  },
  async apply({ stack, narrower }) {
    const { id, guard } = await stack.operator({ command: 'plan' }, narrower);
    await stack.operator({ command: 'apply', planId: id, confirm: guard.id }, narrower);
  },
};

function modelOf({ jobs }: Things): string {
  return jobs[0]?.finalModel ?? '';
}

function permissionOf(things: Things): string {
  return things.stack.fake.permissions(modelOf(things))[0]?.id ?? '';
}

/** A model of a project that is no source. */
function aForeignModel({ stack }: Things): string {
  return stack.fake.addJob({ projectId: 'proj_EU', checkpoints: 1 }).finalModel;
}
