import type { CheckpointRecord, PermissionRecord } from '../../../lambdas/core/model/permission.ts';
import type { OperatorRequest } from '../../../lambdas/shared/contract/operator.ts';
import type { World } from '../world.ts';
import { startAsking } from './operator.ts';

/** What people do to single permissions, jobs, rules and sources. */
const ACTS = [
  'share',
  'share',
  'revoke',
  'withhold',
  'adopt',
  'adopt',
  'forget',
  'forget',
  'ignore',
  'releaseHold',
] as const;
const WIDER_ACTS = ['forget-job', 'adopt-job', 'pause', 'pause', 'resume', 'look'] as const;

type Act = (typeof ACTS)[number];
type WiderAct = (typeof WIDER_ACTS)[number];

const MINUTE = 60_000;

/** Somebody does something by hand to a checkpoint's permissions, and now and then says it once more. */
export function handle(world: World, record: CheckpointRecord): void {
  const { draw, watch } = world;
  const act = draw.pick(ACTS);
  if (act === 'adopt' && draw.chance(0.6)) grantFirst(world, record.checkpoint);
  const projects = drawProjects(world, act, record);
  const concerned = projects.length === 0 ? Object.keys(record.permissions) : projects;
  for (const projectId of concerned) watch.onWish(record.checkpoint, projectId);
  const request = requestOf(world, act, record.checkpoint, projects);
  startAsking(world, request);
  if (draw.chance(0.3)) world.scheduler.after(draw.int(0, 2 * MINUTE), () => startAsking(world, request));
}

/** So that there is something to be adopted. */
function grantFirst({ draw, organization, scenario, trace }: World, checkpoint: string): void {
  const { projectId } = draw.pick(scenario.projects.filter(({ source }) => source === null));
  if (organization.projects.get(projectId) !== 'active' || !organization.models.has(checkpoint)) return;
  const { permissionId } = organization.grant(checkpoint, projectId, 'people');
  trace.add('somebody', 'grants', checkpoint, projectId, permissionId);
}

/** Somebody does something by hand to a job, a rule, a source, or everything; or only looks. */
export function handleMore(world: World): void {
  for (const request of widerRequests(world, world.draw.pick(WIDER_ACTS))) startAsking(world, request);
}

function requestOf(world: World, act: Act, checkpoint: string, projects: readonly string[]): OperatorRequest {
  const { draw, scheduler } = world;
  const all = projects.length === 0;
  const selection = { checkpoint, permissionId: null, projects, all };
  switch (act) {
    case 'share': {
      const expiresAt = draw.chance(0.2) ? new Date(scheduler.now + draw.int(1, 30) * MINUTE).toISOString() : null;
      const onDrift = draw.pick(['repair', 'repair', 'report'] as const);
      return { command: 'share', checkpoint, projects, onDrift, expiresAt };
    }
    case 'revoke':
    case 'withhold':
      return { command: 'revoke', ...selection, dryRun: false, withhold: act === 'withhold' };
    case 'adopt':
      return { command: 'adopt', checkpoint, permissionIds: [], projects, all, madeTogether: false };
    case 'forget':
      return { command: 'forget', ...selection };
    case 'ignore':
    case 'releaseHold':
      return { command: 'ignore', ...selection, undo: act === 'releaseHold' };
  }
}

function widerRequests(world: World, act: WiderAct): readonly OperatorRequest[] {
  const { draw, scenario, watch } = world;
  const { jobId } = draw.pick(scenario.jobs);
  const checkpoint = draw.pick([...watch.records.keys(), 'ft:gpt-4o-mini:org::Unheard']);
  switch (act) {
    case 'forget-job':
      return [{ command: 'forget-job', jobId }];
    case 'adopt-job':
      return [{ command: 'adopt-job', jobId, source: null }];
    case 'pause':
      return [{ command: 'pause', ...drawPausable(world), why: null }];
    case 'resume':
      return [draw.chance(0.5) ? RESUME : { command: 'resume', ...drawPausable(world) }];
    case 'look':
      return [
        { command: 'show', what: checkpoint, live: draw.chance(0.5) },
        { command: 'settling', checkpoint, projects: [] },
        { command: 'events', checkpoint: null, cursor: null, limit: 100 },
        { command: 'jobs', source: [], status: [], cursor: null },
      ];
  }
}

const RESUME = { command: 'resume', rules: [], sources: [] } as const;

/** Whatever is paused goes on: nobody leaves it so for good. */
export function resumeAll(world: World): void {
  startAsking(world, RESUME);
}

function drawPausable({ draw, policy }: World): {
  readonly rules: readonly string[];
  readonly sources: readonly string[];
} {
  const rules = policy.rules.map(({ name }) => name);
  const sources = policy.projects.flatMap(({ alias, source }) => (source === null ? [] : [alias]));
  return draw.pick([
    { rules: [draw.pick(rules)], sources: [] },
    { rules: [], sources: [draw.pick(sources)] },
    { rules: [], sources: [] },
  ]);
}

/** One or two, mostly such that it may be done to; none: all of them. */
function drawProjects({ draw, scenario, organization }: World, act: Act, record: CheckpointRecord): readonly string[] {
  const others = scenario.projects.map(({ projectId }) => projectId);
  const living = organization.living(record.checkpoint).map(({ projectId }) => projectId);
  const meant = act === 'adopt' ? [...new Set(living)] : meantBy(act, record);
  if (draw.chance(0.15)) return [];
  return draw.some(meant.length > 0 && draw.chance(0.85) ? meant : others, draw.int(1, 2));
}

/** The projects to whose permissions this may be done, as the record stands. */
function meantBy(act: Act, { permissions, holds = {} }: CheckpointRecord): readonly string[] {
  const isMeant = ({ state }: PermissionRecord) =>
    act === 'ignore' || act === 'revoke' || act === 'withhold' ? !['pending', 'unknown'].includes(state) : true;
  const tracked = Object.values(permissions)
    .filter(isMeant)
    .map(({ projectId }) => projectId);
  const held = Object.keys(holds);
  if (act === 'releaseHold') return held;
  return act === 'share' ? [...new Set([...held, ...tracked])] : tracked;
}
