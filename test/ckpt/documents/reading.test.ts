import { writeFile } from 'node:fs/promises';
import { describe } from 'vitest';
import { explain } from '../../../bin/ckpt/jobs/explain.ts';
import { checkpoints, jobs } from '../../../bin/ckpt/jobs/jobs.ts';
import { show } from '../../../bin/ckpt/jobs/show.ts';
import { forget } from '../../../bin/ckpt/permissions/hold.ts';
import { list } from '../../../bin/ckpt/permissions/list.ts';
import { revoke } from '../../../bin/ckpt/permissions/revoke.ts';
import { apply } from '../../../bin/ckpt/plan/apply.ts';
import { plan } from '../../../bin/ckpt/plan/plan.ts';
import { events } from '../../../bin/ckpt/system/events.ts';
import { pause } from '../../../bin/ckpt/system/pause.ts';
import { status } from '../../../bin/ckpt/system/status.ts';
import { changeState } from '../../../lambdas/use-cases/change.ts';
import type { SourceApi } from '../../../lambdas/use-cases/operate/deps.ts';
import { aRule } from '../../core/policy/builders.ts';
import { aPermission, aRecord, aWant, ledgerWith, MODEL, NOW, unprepared } from '../../use-cases/operate/ask.ts';
import { openAIWith, shown } from '../by-hand/scene.ts';
import { aFolder } from '../folder.ts';
import { openTestSession } from '../session.ts';
import { describeDocuments } from './describe-documents.ts';
import { print } from './print.ts';
import { GONE, POLICY, STRAY } from './records.ts';
import { addBadDay, depsOf, emptyLedger, heldPacer, largeLedger, richLedger } from './world.ts';

const PATIENT = { timeout: 60_000 } as const;
const secrets = { current: async () => 'sk-admin-test', currentAndPrevious: async () => [] };

/** Another rule for the same jobs, and a source of which nothing is known. */
const OTHER_POLICY = `version: 1
projects: { research: { id: proj_RESEARCH, source: {} }, fresh: { id: proj_FRESH, source: {} } }
rules:
  - { name: everything, from: research, to: proj_EU }
`;

const ofRich = async () => openTestSession(depsOf(await richLedger())).session;
const ofEmpty = () => openTestSession(depsOf(emptyLedger())).session;

/** A session after everything has been done that leaves another kind of trace. */
async function eventful() {
  const { session } = openTestSession(
    depsOf(await richLedger(), { secrets, ...openAIWith([shown('proj_EU', 'cp_1'), shown('proj_X')]) }),
  );
  await print(session, pause, { source: ['lab'], reason: 'the key is being changed' });
  await print(session, apply, { yes: true });
  await print(session, revoke, { ...PATIENT, from: ['prod-us'], yes: true }, MODEL);
  return session;
}

describe('documents of commands that only look', () => {
  describeDocuments('list', async () => [await print(await ofRich(), list, {})]);

  describeDocuments('status', async () => {
    const [first, second] = [await richLedger(), await richLedger()];
    await addBadDay(first, { by: 'ann', why: 'the key is being changed' });
    await addBadDay(second, { by: null, why: null });
    const away = () => Promise.reject(new Error('AccessDenied'));
    const unwell = depsOf(second, { pacerStore: await heldPacer(), queues: { observe: away, deadLetters: away } });
    const withoutEndpoint = {
      sourceApi: () => ({ ...unprepared<SourceApi>('source'), list: async () => [] }),
      secrets,
    };
    return [
      await print(openTestSession(depsOf(first, withoutEndpoint)).session, status, {}),
      await print(openTestSession(unwell).session, status, {}),
      await print(openTestSession(depsOf(await largeLedger(100_000))).session, status, {}),
      await print(openTestSession(depsOf(await largeLedger(0))).session, status, {}),
      await print(ofEmpty(), status, {}),
    ];
  });

  describeDocuments('plan', async () => {
    const pruning = depsOf(await richLedger(), { policy: { ...POLICY, prune: true } });
    const mistyped = aRule({ name: 'support', match: { baseModel: 'mini', suffix: null, metadata: {} } });
    const gone = Array.from({ length: 6 }, (_, index) =>
      aPermission(`proj_${index}`, 'active', { want: aWant('proj_0') }),
    );
    const held = await ledgerWith(aRecord(gone, { jobId: null }));
    const ended = { id: 'feedc0de', why: 'expired', at: NOW } as const;
    await changeState(held, 'waitingPlan', (state) => ({ ...state, ended }));
    const waiting = { ledger: held, policy: { ...POLICY, rules: [mistyped], prune: true } };
    await using folder = await aFolder();
    await writeFile(folder.in('other.yaml'), OTHER_POLICY);
    return [
      await print(await ofRich(), plan, {}, folder.in('other.yaml')),
      await print(openTestSession(pruning).session, plan, {}),
      await print(openTestSession(waiting).session, plan, {}),
      await print(ofEmpty(), plan, {}),
    ];
  });

  describeDocuments('explain', async () => {
    await using folder = await aFolder();
    await writeFile(folder.in('other.yaml'), OTHER_POLICY);
    const best = { kind: 'best', metric: 'valid_loss' } as const;
    const rules = [
      ...POLICY.rules,
      aRule({ name: 'best', checkpoints: best, match: { baseModel: null, suffix: null, metadata: { team: 'a' } } }),
      aRule({ name: 'owner', checkpoints: best, to: ['proj_RESEARCH', 'proj_X'] }),
      aRule({ name: 'short', checkpoints: { kind: 'last', count: 3 } }),
    ];
    const ledger = await richLedger();
    await ledger.refuseProject({ projectId: 'proj_X', reason: 'archived', retryAt: NOW + 1 });
    const kept = aRecord(
      [aPermission('proj_EU', 'active', { want: aWant('proj_EU', { origin: 'pinned', rule: null }) })],
      {
        checkpoint: 'ft:gpt:org::Kept',
        jobId: null,
      },
    );
    await ledger.saveCheckpoint(kept, { ...kept, permissions: {} });
    const permissions = [...POLICY.permissions, { checkpoint: kept.checkpoint, to: ['proj_EU'] }];
    const { session } = openTestSession(depsOf(ledger, { policy: { ...POLICY, rules, permissions } }));
    return [
      await print(session, explain, {}, kept.checkpoint),
      await print(session, explain, {}, 'ftjob-1'),
      await print(session, explain, {}, STRAY),
      await print(session, explain, { policy: folder.in('other.yaml') }, 'ftjob-1'),
      await print(session, explain, {}, 'ftjob-2'),
    ];
  });

  describeDocuments('events', async () => [await print(await eventful(), events, { limit: 50 })]);

  describeDocuments('jobs', async () => [await print(await ofRich(), jobs, {})]);

  describeDocuments('checkpoints', async () => [await print(await ofRich(), checkpoints, {}, 'ftjob-1')]);

  describeDocuments(
    'show',
    async () => {
      const session = await eventful();
      const documents = [
        await print(await ofRich(), show, PATIENT, MODEL),
        await print(session, show, { ...PATIENT, live: true }, MODEL),
        await print(session, show, PATIENT, STRAY),
        await print(session, show, PATIENT, GONE),
        await print(session, show, PATIENT, 'ftjob-1'),
        await print(await ofRich(), show, PATIENT, 'ftjob-1'),
        await print(session, show, PATIENT, 'ftjob-2'),
        await print(session, show, PATIENT, 'ftjob-3'),
      ];
      await print(session, forget, PATIENT, 'ftjob-2');
      return [...documents, await print(session, show, PATIENT, 'ftjob-2')];
    },
    // The history of a checkpoint has what was done about its permissions only.
    [
      '.history[].act is never string (0)',
      '.history[].note is never string (0)',
      '.history[].checkpoint is never null (1)',
    ],
  );
});
