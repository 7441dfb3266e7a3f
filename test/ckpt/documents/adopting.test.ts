import { writeFile } from 'node:fs/promises';
import { describe } from 'vitest';
import { adopt } from '../../../bin/ckpt/permissions/adopt.ts';
import type { JobFacts } from '../../../lambdas/core/model/job.ts';
import type { SourceApi } from '../../../lambdas/use-cases/operate/deps.ts';
import { MODEL, NOW, unprepared } from '../../use-cases/operate/ask.ts';
import { openAIWith, shown } from '../by-hand/scene.ts';
import { aFolder } from '../folder.ts';
import { openTestSession } from '../session.ts';
import { aGrant, aResource, aStateFile } from '../terraform/states.ts';
import { describeDocuments } from './describe-documents.ts';
import { print } from './print.ts';
import { HOUR, JOBS, STRAY } from './records.ts';
import { depsOf, richLedger } from './world.ts';

const PATIENT = { timeout: 60_000 } as const;
const LIVE = [shown('proj_EU', 'cp_1'), shown('proj_US'), shown('proj_X', 'cp_X', NOW - HOUR), shown('proj_Y')];

/** OpenAI with the jobs of the ledger, and one that ended without leaving a model that a rule wants. */
function jobApi(): SourceApi {
  const unwanted: JobFacts = { ...(JOBS[0] as JobFacts), jobId: 'ftjob-4', finalModel: null, checkpoints: [] };
  const jobs = new Map([...JOBS, { ...unwanted, status: 'failed' }].map((job) => [job.jobId, job]));
  const find = (jobId: string) => {
    const job = jobs.get(jobId);
    if (job === undefined) throw new Error(`${jobId} was not prepared`);
    return job;
  };
  return {
    ...unprepared<SourceApi>('sourceApi'),
    getJob: async (jobId) => find(jobId),
    listCheckpoints: async (jobId) => find(jobId).checkpoints,
  };
}

async function adopting() {
  const api = jobApi();
  return openTestSession(depsOf(await richLedger(), { ...openAIWith(LIVE), sourceApi: () => api })).session;
}

/** A state of which one resource is known, one is gone, one says nothing, and one is a job. */
const STATE = aStateFile([
  aResource(aGrant({ id: 'cp_1', checkpoint_id: MODEL, project_ids: ['proj_EU', 'proj_GONE'] })),
  aResource(aGrant({ id: 'cp_X', checkpoint_id: STRAY, project_ids: ['proj_X'] }), { name: 'stray' }),
  aResource(aGrant({ id: '', checkpoint_id: '', project_ids: [] }), { name: 'empty' }),
  aResource({ id: 'ftjob-1' }, { type: 'openai_fine_tuning_job' }),
]);

async function adoptState() {
  await using folder = await aFolder();
  await writeFile(folder.in('terraform.tfstate'), STATE);
  return print(await adopting(), adopt, { ...PATIENT, terraformState: folder.in('terraform.tfstate') });
}

describe('documents of what is taken over', () => {
  describeDocuments(
    'adopt',
    async () => [
      await print(await adopting(), adopt, { ...PATIENT, project: ['prod-eu', 'proj_X', 'proj_GONE'] }, MODEL),
      await print(await adopting(), adopt, PATIENT, 'ftjob-1'),
      await print(await adopting(), adopt, PATIENT, 'ftjob-2'),
      await print(await adopting(), adopt, PATIENT, 'ftjob-4'),
      await adoptState(),
    ],
    // A job that is adopted is remembered again.
    ['.forgotten is never object (0)'],
  );
});
