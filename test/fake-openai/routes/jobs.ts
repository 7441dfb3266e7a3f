import { badRequest, notFound } from '../api-error.ts';
import { readMetadata, readObject, readOptionalString, readString } from '../bodies.ts';
import { listBody, PAGING, pageOf } from '../pages.ts';
import { allowOnly } from '../query.ts';
import type { FakeJob } from '../state/jobs.ts';
import { addJob } from '../state/training.ts';
import type { World } from '../state/world.ts';
import { checkpointBody, jobBody, listedCheckpoints } from './job-bodies.ts';
import { type ApiRequest, changed, type Route, shown } from './route.ts';

const METADATA = /^metadata\[(.+)\]$/;

/** `CreateFineTuningJobRequest` of OpenAI's OpenAPI document. */
const CREATE_KEYS = [
  'model',
  'training_file',
  'validation_file',
  'suffix',
  'seed',
  'metadata',
  'method',
  'hyperparameters',
  'integrations',
];

export const jobRoutes: readonly Route[] = [
  {
    endpoint: 'jobs.list',
    method: 'GET',
    path: '/fine_tuning/jobs',
    key: 'project',
    scope: 'api.fine_tuning.jobs.read',
    handle: ({ query, key }, world) => {
      allowOnly(query, [...PAGING, 'metadata', METADATA]);
      const jobs = world.jobs.ofProject(key.projectId).filter((job) => hasMetadata(job, query));
      const { items, hasMore } = pageOf(jobs, query, 20, world.quirks.listEnd);
      return shown({ object: 'list', data: items.map((job) => jobBody(job, world)), has_more: hasMore });
    },
  },
  {
    endpoint: 'jobs.create',
    method: 'POST',
    path: '/fine_tuning/jobs',
    key: 'project',
    scope: 'api.fine_tuning.jobs.write',
    handle: (request, world) => {
      const body = readObject(request.json(), CREATE_KEYS);
      const suffix = readOptionalString(body, 'suffix');
      const job = addJob(world, {
        projectId: request.key.projectId ?? '',
        status: 'validating_files',
        baseModel: readString(body, 'model'),
        trainingFile: readString(body, 'training_file'),
        validationFile: readOptionalString(body, 'validation_file') ?? null,
        metadata: readMetadata(body, 'metadata'),
        ...(suffix !== undefined && { suffix }),
        ...(typeof body.seed === 'number' && { seed: body.seed }),
      });
      return changed(jobBody(job, world));
    },
  },
  {
    endpoint: 'jobs.get',
    method: 'GET',
    path: '/fine_tuning/jobs/:job',
    key: 'project',
    scope: 'api.fine_tuning.jobs.read',
    handle: (request, world) => {
      allowOnly(request.query, []);
      return shown(jobBody(findJob(request, world), world));
    },
  },
  {
    endpoint: 'jobs.checkpoints',
    method: 'GET',
    path: '/fine_tuning/jobs/:job/checkpoints',
    key: 'project',
    scope: 'api.fine_tuning.jobs.read',
    handle: (request, world) => {
      allowOnly(request.query, PAGING);
      const job = findJob(request, world);
      const { items, hasMore } = pageOf(listedCheckpoints(job, world).toReversed(), request.query, 10);
      return shown({
        ...listBody(items, hasMore),
        data: items.map((checkpoint) => checkpointBody(checkpoint, job, world)),
      });
    },
  },
];

/** A job of another project is as unknown as one that never was. */
function findJob(request: ApiRequest, world: World): FakeJob {
  const id = request.param('job');
  if (world.quirks.oddJobId === 'bad-request' && !id.startsWith('ftjob-')) {
    throw badRequest(
      `Invalid 'fine_tuning_job_id': '${id}'. Expected an ID that begins with 'ftjob-'.`,
      'fine_tune_id',
    );
  }
  const job = world.jobs.find(id);
  if (job?.projectId === request.key.projectId) return job;
  throw notFound(`Could not find fine tune: ${id}`, 'fine_tune_id', 'fine_tune_not_found');
}

/** `metadata[k]=v`, all of them; `metadata=null` asks for jobs without any. */
function hasMetadata({ metadata }: FakeJob, query: URLSearchParams): boolean {
  return [...query].every(([name, value]) => {
    if (name === 'metadata') return metadata === null;
    const [, key] = METADATA.exec(name) ?? [];
    return key === undefined || metadata?.[key] === value;
  });
}
