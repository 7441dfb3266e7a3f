import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { buildSync } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDynamoLedger } from '../../lambdas/adapters/ledger/dynamo-ledger.ts';
import { newCheckpoint } from '../../lambdas/core/checkpoint/record.ts';
import { otherEvent } from '../../lambdas/core/events/checkpoint-event.ts';
import { newModel } from '../../lambdas/core/model/openai-model.ts';
import { newSweep } from '../../lambdas/core/model/sweep.ts';
import type { Ledger } from '../../lambdas/core/ports/ledger.ts';
import { ENV, OUTPUT } from '../../lambdas/shared/contract/names.ts';
import { readState } from '../../lambdas/use-cases/change.ts';
import { FUNCTIONS, type FunctionName, handlerPath } from '../../lib/bundle.ts';
import { startAccount } from '../shared/aws-account.ts';
import { environmentOf } from '../stack/on-aws.ts';
import { synthesize } from '../stack/synthesize.ts';
import { aJobRecord, aPermission, aRecord } from '../use-cases/operate/ask.ts';
import { isAllowed, type Request } from './evaluate.ts';
import { requestsOf } from './requests.ts';
import { rolesOf } from './roles.ts';

const STACK = 'CheckpointSharing';
const NOW = 1_795_000_000_000;
const EVENT = otherEvent('paused', null, { actor: 'test', plan: null }, NOW, 'request-1');

const ROOT = { source: null, jobId: null };

/** Every method of the ledger, and with it all that whoever calls it comes to need. */
const METHODS: { readonly [Method in keyof Ledger]: (ledger: Ledger) => Promise<unknown> } = {
  getCheckpoint: (ledger) => ledger.getCheckpoint('ft:x'),
  saveCheckpoint: (ledger) =>
    ledger.saveCheckpoint(aRecord([aPermission('proj_EU', 'pending')]), newCheckpoint('ft:x', ROOT)),
  listCheckpoints: (ledger) => ledger.listCheckpoints(null),
  getCheckpoints: (ledger) => ledger.getCheckpoints(['ft:x']),
  findPermission: (ledger) => ledger.findPermission('cp_1'),
  traceOf: (ledger) => ledger.traceOf('cp_1'),
  dueCheckpoints: (ledger) => ledger.dueCheckpoints('create', NOW, 10),
  async listEvents(ledger) {
    for (const checkpoint of [null, 'ft:x']) await ledger.listEvents({ checkpoint, cursor: null, limit: 10 });
  },
  addEvent: (ledger) => ledger.addEvent(EVENT),
  unpublishedEvents: (ledger) => ledger.unpublishedEvents(null),
  markPublished: (ledger) => ledger.markPublished([EVENT.id]),
  getJob: (ledger) => ledger.getJob('ftjob-1'),
  saveJob: (ledger) => ledger.saveJob(aJobRecord()),
  listJobs: (ledger) => ledger.listJobs(null),
  getJobs: (ledger) => ledger.getJobs(['ftjob-1']),
  changesSince: (ledger) => ledger.changesSince(0, 10),
  dueJobs: (ledger) => ledger.dueJobs(0, NOW, 10),
  putAside: (ledger) => ledger.putAside(NOW, { after: '', revocations: [], pruned: 0 }),
  listAside: (ledger) => ledger.listAside(NOW, null),
  getSources: (ledger) => ledger.getSources(),
  touchSource: (ledger) => ledger.touchSource('research', { lastJobId: 'ftjob-1' }),
  getSweep: (ledger) => ledger.getSweep('research'),
  saveSweep: (ledger) => ledger.saveSweep(newSweep('research')),
  listModels: (ledger) => ledger.listModels(null),
  getModel: (ledger) => ledger.getModel('gpt-x'),
  saveModel: (ledger) => ledger.saveModel(newModel('gpt-x')),
  getState: (ledger) => ledger.getState('pause'),
  saveState: async (ledger) => ledger.saveState('pause', await readState(ledger, 'pause')),
  refusedProjects: (ledger) => ledger.refusedProjects(),
  refuseProject: (ledger) => ledger.refuseProject({ projectId: 'proj_EU', reason: 'archived', retryAt: NOW }),
  pardonProject: (ledger) => ledger.pardonProject('proj_EU'),
  acquireLease: (ledger) => ledger.acquireLease('drain', 'share', NOW, 1_000),
  releaseLease: (ledger) => ledger.releaseLease('drain', 'share'),
};

/** The methods of the ledger that the code of a function has a call of, whether or not a test comes to it. */
function methodsIn(fn: FunctionName): readonly (keyof Ledger)[] {
  const entryPoints = [handlerPath(fn)];
  const { outputFiles } = buildSync({ entryPoints, bundle: true, platform: 'node', format: 'esm', write: false });
  const called = outputFiles.flatMap(({ text }) =>
    [...text.matchAll(/\bledger\d*\.(\w+)\b/g)].map(([, name = '']) => name),
  );
  return (Object.keys(METHODS) as (keyof Ledger)[]).filter((method) => called.includes(method));
}

const { template } = synthesize();
const roles = rolesOf(template, STACK);
let aws: Awaited<ReturnType<typeof startAccount>>;
let ledger: Ledger;
beforeAll(async () => {
  aws = await startAccount({});
  const { [ENV.ledgerTable]: tableName = '' } = environmentOf(template, STACK, OUTPUT.operatorFunction);
  const author = { actor: 'test', plan: null, now: () => NOW };
  ledger = createDynamoLedger(new DynamoDBClient({}), tableName, author);
});
afterAll(() => aws.close());

/** What a method of the ledger asks AWS for. */
async function requestsBy(method: keyof Ledger): Promise<readonly Request[]> {
  const from = aws.calls.length;
  await METHODS[method](ledger);
  return aws.calls.slice(from).flatMap(requestsOf);
}

/**
 * The lives that the other test plays do not come by every line. Here the code is read: whatever method of the ledger a
 * function may come to call, its role allows.
 */
describe('whatever a function has a call of in its code, its role allows', () => {
  it.each(FUNCTIONS)('%s', async (fn) => {
    const methods = methodsIn(fn);
    const denied: string[] = [];
    for (const method of methods) {
      const requests = await requestsBy(method);
      expect(requests).not.toEqual([]);
      if (requests.some((request) => !isAllowed(roles[fn], request))) denied.push(method);
    }
    expect({ denied, calls: methods.length > 0 }).toEqual({ denied: [], calls: fn !== 'webhook' });
  });

  it('and a method that it has no call of, such as taking a lease, it may not carry out', async () => {
    expect(methodsIn('observe')).not.toContain('acquireLease');
    const requests = await requestsBy('acquireLease');
    expect(requests.map((request) => isAllowed(roles.observe, request))).toEqual([false]);
  });
});
