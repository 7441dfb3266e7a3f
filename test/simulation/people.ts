import type { CheckpointRecord } from '../../lambdas/core/model/permission.ts';
import { startOperator } from './functions/operator.ts';
import type { World } from './world.ts';

/** Somebody does something at OpenAI without telling us. */
export function interfere(world: World): void {
  const { organization, draw, trace } = world;
  const act = (what: string, ...values: unknown[]) => trace.add('somebody', what, ...values);
  const projects = world.scenario.projects.filter(({ source }) => source === null);
  const { projectId } = draw.pick(projects);
  const checkpoints = [...organization.models.keys()];
  const living = organization.permissions.filter(({ deleted }) => deleted === null);
  switch (draw.pick(['grant', 'grant', 'grant', 'delete', 'delete', 'archive', 'admit', 'admit', 'delete-model'])) {
    case 'grant': {
      if (checkpoints.length === 0 || organization.projects.get(projectId) !== 'active') return;
      const granted = organization.grant(draw.pick(checkpoints), projectId, 'people');
      return act('grants', granted.checkpoint, projectId, granted.permissionId);
    }
    case 'delete': {
      if (living.length === 0) return;
      const permission = draw.pick(living);
      organization.delete(permission, 'people');
      return act('deletes', permission.permissionId);
    }
    case 'archive':
      if (organization.projects.has(projectId)) organization.projects.set(projectId, 'archived');
      return act('archives', projectId);
    case 'admit':
      organization.projects.set(projectId, 'active');
      return act('makes or unarchives', projectId);
    case 'delete-model': {
      if (checkpoints.length === 0 || draw.chance(0.5)) return;
      const checkpoint = draw.pick(checkpoints);
      organization.deleteModel(checkpoint);
      return act('deletes the model', checkpoint);
    }
  }
}

/** Somebody wants something else of some checkpoint than the policy does. */
export function wish(world: World): void {
  const known = [...world.watch.records.values()];
  if (known.length > 0) wishFor(world, world.draw.pick(known));
}

/** At the moment when a record is being worked on, somebody may come between. */
export function nudge(world: World, record: CheckpointRecord): void {
  const isUnderWay = Object.values(record.permissions).some(({ state }) => state === 'unknown' || state === 'revoking');
  if (!isUnderWay || !world.strikes(world.scenario.storm.nudge)) return;
  const withinMs = world.draw.pick([100, 3_000]);
  world.scheduler.after(world.draw.int(0, withinMs), () => wishFor(world, record));
}

function wishFor(world: World, { checkpoint, permissions }: CheckpointRecord): void {
  const { draw, organization, scenario, watch } = world;
  const known = Object.keys(permissions);
  const others = scenario.projects.map(({ projectId }) => projectId);
  const projectId = draw.pick(known.length > 0 && draw.chance(0.8) ? known : others);
  if (projectId === organization.models.get(checkpoint)) return;
  watch.onWish(checkpoint, projectId);
  startOperator(world, { checkpoint, projectId });
  // And thinks better of it.
  if (draw.chance(0.5)) {
    world.scheduler.after(draw.int(0, 120_000), () => startOperator(world, { checkpoint, projectId }));
  }
}
