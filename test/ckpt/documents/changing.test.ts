import { describe } from 'vitest';
import { forget, ignore } from '../../../bin/ckpt/permissions/hold.ts';
import { repair } from '../../../bin/ckpt/permissions/share.ts';
import { apply } from '../../../bin/ckpt/plan/apply.ts';
import { reconcile } from '../../../bin/ckpt/plan/reconcile.ts';
import { pause, resume } from '../../../bin/ckpt/system/pause.ts';
import { redrive } from '../../../bin/ckpt/system/redrive.ts';
import { RowRefusedError } from '../../../lambdas/core/errors.ts';
import type { ReconcileOrder } from '../../../lambdas/core/ports/queue.ts';
import { changeState } from '../../../lambdas/use-cases/change.ts';
import type { InMemoryLedger } from '../../in-memory/ledger.ts';
import { aPermission, aRecord, aWant, ledgerWith, MODEL, unprepared } from '../../use-cases/operate/ask.ts';
import { openTestSession } from '../session.ts';
import { describeDocuments } from './describe-documents.ts';
import { print } from './print.ts';
import { POLICY, RECORDS, STRAY } from './records.ts';
import { addBadDay, depsOf, emptyLedger, richLedger } from './world.ts';

const PATIENT = { timeout: 60_000 } as const;
const ANN = { by: 'ann', why: 'the key is being changed' } as const;
const NOBODY = { by: null, why: null } as const;

const sessionOn = (ledger: InMemoryLedger) => openTestSession(depsOf(ledger)).session;

/** A ledger after a bad day. */
async function paused(word: Parameters<typeof addBadDay>[1]): Promise<InMemoryLedger> {
  const ledger = await richLedger();
  await addBadDay(ledger, word);
  return ledger;
}

/** A session in which a reconcile comes to its end at once. */
function withIdleReconcile(ledger: InMemoryLedger) {
  const start = async ({ askedAt }: ReconcileOrder) => {
    const times = { startedAt: askedAt, endedAt: askedAt, error: null };
    await changeState(ledger, 'reconcile', (state) => ({ ...state, ...times }));
  };
  return openTestSession({ ledger, reconciler: { start } }).session;
}

describe('documents of commands that change the ledger', () => {
  describeDocuments(
    'apply',
    async () => {
      const session = sessionOn(await richLedger());
      const applied = await print(session, apply, { yes: true });
      const underWay = await print(session, apply, { yes: true });
      const gone = Array.from({ length: 6 }, (_, index) => aPermission(`proj_${index}`, 'active'));
      const unwanted = await ledgerWith(aRecord(gone, { jobId: null, source: null }));
      const pruning = openTestSession({ ledger: unwanted, policy: { ...POLICY, prune: true } }).session;
      const { guard } = await pruning.operator.ask({ command: 'plan' });
      const full = await richLedger();
      for (const { checkpoint } of RECORDS) full.refuse(checkpoint, new RowRefusedError(checkpoint, 'too large'));
      const unwritten = await print(sessionOn(full), apply, { yes: true });
      const confirmed = await print(pruning, apply, { confirm: guard.id ?? '' });
      const { absent } = await sessionOn(await paused(ANN)).operator.ask({ command: 'status' });
      const believed = await print(sessionOn(await paused(ANN)), apply, { confirm: absent?.waiting?.id ?? '' });
      return [applied, unwritten, underWay, confirmed, believed];
    },
    // A plan that revokes is no plan with nothing to do; and only that of the deployed policy is applied.
    [
      '.policy.newSources[] is always empty',
      '.policy.file is never string (0)',
      '.rules is never array (0)',
      '.guard.id is never string (0)',
      '.guard.voided is never string (0)',
      '.unmatchedRules[] is always empty',
    ],
  );

  describeDocuments('reconcile', async () => {
    const [quiet, first, second] = [emptyLedger(), emptyLedger(), emptyLedger()];
    await addBadDay(first, ANN);
    await addBadDay(second, NOBODY);
    const waited = [quiet, first, second].map((ledger) => print(withIdleReconcile(ledger), reconcile, { wait: true }));
    return [await print(withIdleReconcile(quiet), reconcile, { verify: true }), ...(await Promise.all(waited))];
  });

  describeDocuments('repair', async () => {
    const drifted = ['proj_EU', 'proj_X'].map((id) => aPermission(id, 'drifted', { want: aWant(id) }));
    return [await print(openTestSession({ ledger: await ledgerWith(aRecord(drifted)) }).session, repair, {}, MODEL)];
  });

  describeDocuments('forget', async () => {
    const session = sessionOn(await richLedger());
    return [
      await print(session, forget, PATIENT, 'cp_4'),
      await print(session, forget, { ...PATIENT, project: ['prod-eu'] }, MODEL),
      await print(session, forget, PATIENT, 'ftjob-1'),
    ];
  });

  describeDocuments('ignore', async () => {
    const session = sessionOn(await richLedger());
    return [
      await print(session, ignore, { ...PATIENT, project: ['proj_KEPT'] }, STRAY),
      await print(session, ignore, { ...PATIENT, undo: true }, MODEL),
    ];
  });

  describeDocuments('pause', async () => [
    await print(sessionOn(emptyLedger()), pause, { rule: ['support'], reason: 'a rest' }),
    await print(sessionOn(emptyLedger()), pause, { reason: 'a rest' }),
    await print(sessionOn(emptyLedger()), pause, { source: ['lab'], reason: 'a rest' }),
    await print(sessionOn(await paused(NOBODY)), pause, {}),
  ]);

  describeDocuments('resume', async () => [
    await print(sessionOn(await paused(ANN)), resume, {}),
    await print(sessionOn(await paused(ANN)), resume, { rule: ['support'] }),
    await print(sessionOn(await paused(NOBODY)), resume, { rule: ['support'] }),
    await print(sessionOn(await paused(ANN)), resume, { source: ['lab'] }),
    await print(sessionOn(await paused(NOBODY)), resume, { source: ['lab'] }),
  ]);

  describeDocuments('redrive', async () => {
    const bodies = [JSON.stringify({ source: 'research', jobId: 'ftjob-1', webhookAt: null }), 'no message'];
    const waiting = bodies.map((body, index) => ({ messageId: `${index}`, body, receiptHandle: `${index}` }));
    const deadLetters = { receive: async () => waiting.splice(0), delete: async () => undefined };
    const queue = { ...unprepared('queue'), sendBody: async () => undefined };
    const { session } = openTestSession({ redrive: { deadLetters, queue } });
    return [await print(session, redrive, {})];
  });
});
