import { writeFile } from 'node:fs/promises';
import { describe } from 'vitest';
import { doctor } from '../../../bin/ckpt/doctor/doctor.ts';
import { verify } from '../../../bin/ckpt/permissions/verify.ts';
import { webhookSend } from '../../../bin/ckpt/webhook/send.ts';
import { webhookVerify } from '../../../bin/ckpt/webhook/verify.ts';
import { ENDPOINT_OF } from '../../../lambdas/core/pacing/endpoints.ts';
import { createPacer } from '../../../lambdas/use-cases/pacer.ts';
import { signed } from '../../core/webhook/signing.ts';
import { createInMemoryPacerStore } from '../../in-memory/pacer-store.ts';
import { aPermission, aRecord, aWant, ledgerWith, MODEL, NOW, operatorDeps } from '../../use-cases/operate/ask.ts';
import { PROJECT_KEY, startOpenAIScene } from '../../use-cases/operate/openai-scene.ts';
import { JOB_EVENT } from '../../webhook/events.ts';
import { aFolder } from '../folder.ts';
import { openTestSession } from '../session.ts';
import { RESEARCH_KEY, startReceiver } from '../webhook/receiver.ts';
import { describeDocuments } from './describe-documents.ts';
import { print } from './print.ts';

describe('documents of commands that look at OpenAI and at the way of webhooks', () => {
  describeDocuments('verify', async () => {
    await using scene = await startOpenAIScene();
    const { fake, deps } = scene;
    fake.addModel({ id: MODEL, projectId: 'proj_RESEARCH' });
    fake.addProject({ id: 'proj_X' });
    fake.setModelPermissions('proj_US', { mode: 'allow_list', modelIds: ['gpt-5'] });
    const { id } = fake.grant(MODEL, 'proj_EU');
    const wanted = (projectId: string) => ({ want: aWant(projectId, { origin: 'operator', rule: null }) });
    const ledger = await ledgerWith(
      aRecord([
        aPermission('proj_EU', 'active', { permissionId: id, ...wanted('proj_EU') }),
        aPermission('proj_US', 'pending', wanted('proj_US')),
      ]),
    );
    const { session } = openTestSession({ ...deps, ledger });
    const there = await print(session, verify, { timeout: 300_000 }, MODEL);
    const others = await print(session, verify, { timeout: 300_000, project: ['research', 'proj_X'] }, MODEL);
    scene.stored.set(PROJECT_KEY, 'sk-proj-revoked');
    const keyless = await print(session, verify, { timeout: 300_000, project: ['research'] }, MODEL);
    fake.deleteModel(MODEL);
    return [there, others, keyless, await print(session, verify, { timeout: 300_000 }, MODEL)];
  });

  describeDocuments('doctor', async () => {
    await using scene = await startOpenAIScene();
    await using receiver = await startReceiver();
    const { pacerRules } = operatorDeps();
    const pacer = createPacer(createInMemoryPacerStore(), pacerRules, () => NOW);
    await pacer.throttled(ENDPOINT_OF.list, 300);
    const { session } = openTestSession({
      ...scene.deps,
      webhookUrl: `http://127.0.0.1:${receiver.port}/webhooks`,
      pacer,
    });
    return [await print(session, doctor, { timeout: 0, webhookTest: true })];
  });

  const sent = async () => {
    await using receiver = await startReceiver();
    const { session } = openTestSession(receiver.deps);
    return [
      await print(session, webhookSend, { source: 'research', job: 'ftjob-1', duplicate: true }),
      await print(session, webhookSend, { source: 'research', badSignature: true }),
    ];
  };
  // The operator function signs nothing without an id.
  describeDocuments('webhook send', sent, ['.webhookId is never null (1)']);

  describeDocuments('webhook verify', async () => {
    await using folder = await aFolder();
    await using receiver = await startReceiver();
    const { session } = openTestSession(receiver.deps);
    const judge = async (body: string, length = body.length) => {
      const { id, timestamp, signature } = signed(RESEARCH_KEY, body, NOW / 1000);
      const head = `webhook-id: ${id}\nwebhook-timestamp: ${timestamp}\nwebhook-signature: ${signature}`;
      await writeFile(folder.in('request'), `${head}\ncontent-length: ${length}\n\n${body}`);
      return print(session, webhookVerify, { source: 'research', request: folder.in('request') });
    };
    const harmless = JSON.stringify({ id: 'evt_1', type: 'checkpoint_sharing.test', data: { id: 'x' } });
    return [await judge(JOB_EVENT), await judge(harmless, 1), await judge('no event')];
  });
});
