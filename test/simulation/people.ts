import type { CheckpointRecord } from '../../lambdas/core/model/permission.ts';
import { handle } from './functions/by-hand.ts';
import { startWish } from './functions/wishes.ts';
import type { Permission } from './openai/organization.ts';
import type { World } from './world.ts';

type Act = 'grant' | 'delete' | 'archive' | 'admit' | 'delete-model';

const ACTS: readonly Act[] = [
  'grant',
  'grant',
  'grant',
  'delete',
  'delete',
  'archive',
  'admit',
  'admit',
  'delete-model',
];

/** Somebody does something at OpenAI without telling us. */
export function interfere(world: World): void {
  const { organization, draw, trace, scenario } = world;
  const targets = scenario.projects.filter(({ source }) => source === null);
  const { projectId } = draw.pick(targets);
  const checkpoints = [...organization.models];
  const living = organization.permissions.filter(({ deleted }) => deleted === null);
  const tell = (what: string, ...values: unknown[]) => trace.add('somebody', what, ...values);
  const acts: Readonly<Record<Act, () => void>> = {
    grant: () => {
      if (checkpoints.length === 0 || organization.projects.get(projectId) !== 'active') return;
      const { checkpoint, permissionId } = organization.grant(draw.pick(checkpoints), projectId, 'people');
      tell('grants', checkpoint, projectId, permissionId);
    },
    delete: () => {
      if (living.length === 0) return;
      const permission = draw.pick(living);
      organization.delete(permission, 'people');
      tell('deletes', permission.permissionId);
    },
    archive: () => {
      organization.archive(projectId);
      tell('archives', projectId);
    },
    admit: () => {
      organization.projects.set(projectId, 'active');
      tell('makes or unarchives', projectId);
    },
    'delete-model': () => {
      if (checkpoints.length === 0 || draw.chance(0.5)) return;
      const checkpoint = draw.pick(checkpoints);
      organization.deleteModel(checkpoint);
      tell('deletes the model', checkpoint);
    },
  };
  acts[draw.pick(ACTS)]();
}

/** Somebody undoes what we have just done, does it once more, or closes the project for some minutes. */
export function meddle(world: World, permission: Permission): void {
  const { organization, draw, trace, scheduler } = world;
  const { checkpoint, projectId, permissionId } = permission;
  if (!world.strikes(world.scenario.storm.meddling)) return;
  const act = draw.pick(['delete', 'delete', 'double', 'close'] as const);
  const later = (act: () => void) =>
    scheduler.after(draw.int(0, 240_000), () => {
      if (!world.isCalm) act();
    });
  later(() => {
    if (permission.deleted !== null) return;
    trace.add('somebody', `${act}s`, permissionId, projectId);
    if (act === 'delete') return organization.delete(permission, 'people');
    if (act === 'double') organization.grant(checkpoint, projectId, 'people');
    else {
      organization.archive(projectId);
      later(() => organization.projects.set(projectId, 'active'));
    }
  });
}

/** Somebody does something by hand to some checkpoint. */
export function handleSome(world: World): void {
  const known = [...world.watch.records.values()];
  if (known.length > 0) handle(world, world.draw.pick(known));
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
  const come = world.draw.chance(0.5) ? wishFor : handle;
  world.scheduler.after(world.draw.int(0, withinMs), () => come(world, record));
}

function wishFor(world: World, { checkpoint, permissions }: CheckpointRecord): void {
  const { draw, organization, scenario, watch } = world;
  const known = Object.keys(permissions);
  const others = scenario.projects.map(({ projectId }) => projectId);
  const projectId = draw.pick(known.length > 0 && draw.chance(0.8) ? known : others);
  if (projectId === organization.owners.get(checkpoint)) return;
  watch.onWish(checkpoint, projectId);
  startWish(world, checkpoint, projectId);
  // And thinks better of it.
  if (draw.chance(0.5)) {
    world.scheduler.after(draw.int(0, 120_000), () => startWish(world, checkpoint, projectId));
  }
}

/** Most of the models are deleted at once. */
export function purge({ organization, draw, trace }: World): void {
  for (const checkpoint of [...organization.models]) {
    if (draw.chance(0.15)) continue;
    organization.deleteModel(checkpoint);
    trace.add('somebody', 'deletes the model', checkpoint);
  }
}
