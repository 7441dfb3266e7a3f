import { setTimeout as sleep } from 'node:timers/promises';
import type { FakeOpenAI } from '../../test/fake-openai/fake-openai.ts';
import type { LocalCloud } from '../../test/local-cloud/cloud.ts';
import { startLocalCloud } from '../../test/local-cloud/start.ts';
import { ckpt, startCkpt } from '../../test/sandbox/ckpt.ts';
import { startSandboxOpenAI } from '../../test/sandbox/openai.ts';
import { createKeys, deployEmptySandbox, SOURCE, TARGETS } from '../../test/sandbox/sandbox.ts';
import { reachStack } from '../../test/sandbox/webhook.ts';
import type { Progress } from './progress.ts';

/** Everything that runs; `close` ends all of it. */
export interface Scene {
  readonly cloud: LocalCloud;
  readonly fake: FakeOpenAI;
}

const CHECKPOINTS = 3;
const POLL_MS = 250;
const PATIENCE_MS = 120_000;

/** Starts the local cloud and a fake OpenAI, deploys the real stack and sets it up, as on AWS. What is started is handed to `keep` at once. */
export async function openScene(progress: Progress, keep: (end: () => Promise<void>) => void): Promise<Scene> {
  progress.begin('starting the local cloud (MiniStack) and a fake OpenAI');
  const cloud = await startLocalCloud({ onProgress: (line) => progress.begin(line) });
  keep(() => cloud.stop());
  const keys = createKeys();
  // This cloud has no certificate, and OpenAI itself would deliver to https alone.
  const fake = await startSandboxOpenAI(keys, { quirks: { httpEndpoints: 'on-loopback' } });
  keep(() => fake.close());
  progress.done(`local cloud on ${cloud.endpoint}, fake OpenAI on ${fake.url}`);

  progress.begin('deploying the stack with the CDK: API, queues, functions, ledger, schedules, alarms');
  const sandbox = await deployEmptySandbox(cloud, { openai: fake.url });
  progress.done(`stack ${sandbox.stackName} deployed, its secrets empty`);
  reachStack(cloud, sandbox, fake);

  progress.begin('npx ckpt setup: admin key, project key, webhook endpoint and its secret');
  const { code, stdout, stderr } = await ckpt(cloud, ['setup', '--admin-key-stdin'], {}, keys.adminKey);
  if (code !== 0) throw new Error(`ckpt setup ended with ${code}:\n${stderr}${stdout}`);
  progress.done(`set up; ckpt doctor says: ${stdout.trim().split('\n').at(-1)}`);
  return { cloud, fake };
}

/** Serves the page of the local stack, which may change what it shows. Comes back with where it is. */
export async function openPage(
  { cloud }: Scene,
  progress: Progress,
  keep: (end: () => Promise<void>) => void,
): Promise<string> {
  const page = startCkpt(cloud, ['ui', '--no-open', '--allow-changes']);
  keep(async () => {
    page.interrupt();
    await page.ended;
  });
  const failed = page.ended.then(({ stderr }) => Promise.reject(new Error(`The page is not served: ${stderr}`)));
  const url = await Promise.race([page.firstLine, failed]);
  progress.done(`page ${url}`);
  return url;
}

/** Lets a job finish, delivers its webhook, and follows it until everything is shared. */
export async function shareOneJob({ cloud, fake }: Scene, progress: Progress): Promise<void> {
  const callsBefore = fake.calls.all.length;
  const job = fake.addJob({ projectId: SOURCE.id, checkpoints: CHECKPOINTS, suffix: 'support-bot', status: 'running' });
  fake.finishJob(job.id);
  progress.done(`${job.id} finished in project ${SOURCE.alias} and left ${CHECKPOINTS} checkpoints`);

  const told = await fake.deliverToEndpoints({ type: 'fine_tuning.job.succeeded', jobId: job.id });
  const [{ status } = { status: 'no' }] = told;
  if (status !== 200) throw new Error(`The webhook got ${status} answer, not 200.`);
  progress.done('signed webhook delivered, verified and queued: answered 200');

  const calls = () => fake.calls.all.slice(callsBefore);
  const ended = (endpoint: string) =>
    calls().filter((call) => call.endpoint === endpoint && call.status === 200).length;
  await until('the job to be observed', () => ended('jobs.checkpoints') > 0);
  progress.done('job observed: its checkpoints read, the policy asked, what is wanted written to the ledger');

  for (let granted = 0; granted < CHECKPOINTS; ) {
    await until('the permissions to be granted', () => ended('permissions.create') > granted);
    granted = ended('permissions.create');
    progress.done(`${granted} of ${CHECKPOINTS} checkpoints shared with ${Object.keys(TARGETS).join(', ')}`);
  }
  const wanted = CHECKPOINTS * Object.keys(TARGETS).length;
  await until('the permission ids to be recorded', async () => (await countRecorded(cloud, job.id)) === wanted);
  progress.done(`${wanted} permission ids recorded in the ledger`);
  const admin = calls().filter(({ keyKind }) => keyKind === 'admin');
  const lists = admin.filter(({ endpoint }) => endpoint === 'permissions.list').length;
  progress.done(`admin calls spent: ${admin.length} (${ended('permissions.create')} POST, ${lists} LIST)`);
}

async function countRecorded(cloud: LocalCloud, jobId: string): Promise<number> {
  const { code, stdout, stderr } = await ckpt(cloud, ['list', '--job', jobId, '--json']);
  if (code !== 0) throw new Error(`ckpt list ended with ${code}: ${stderr}`);
  const listed: { permissionId: string | null }[] = JSON.parse(stdout);
  return listed.filter(({ permissionId }) => permissionId !== null).length;
}

async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`Waited ${PATIENCE_MS / 1000} s in vain for ${what}.`);
    await sleep(POLL_MS);
  }
}
