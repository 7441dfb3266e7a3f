import { expect, it } from 'vitest';
import { groupByCheckpoint } from '../../../bin/ckpt/terraform/group-by-checkpoint.ts';
import { CHECKPOINT, OTHER } from './states.ts';

const of = (checkpoint: string | null, permissionId: string | null, ...projectIds: string[]) => ({
  address: 'a',
  checkpoint,
  permissionId,
  projectIds,
});

it('resources of one checkpoint are merged, and those of none are set apart by their permission ids', () => {
  const permissions = [
    of(CHECKPOINT, 'cp_1', 'proj_A', 'proj_B'),
    of(OTHER, null),
    of(null, 'cp_3'),
    of(CHECKPOINT, null, 'proj_C', 'proj_A'),
    of(CHECKPOINT, 'cp_2', 'proj_D'),
    of(CHECKPOINT, 'cp_1', 'proj_B'),
    of(null, null, 'proj_A'),
  ];
  expect(groupByCheckpoint({ permissions })).toEqual({
    checkpoints: [
      {
        checkpoint: CHECKPOINT,
        projectIds: ['proj_A', 'proj_B', 'proj_C', 'proj_D'],
        permissionIds: ['cp_1', 'cp_2'],
      },
      { checkpoint: OTHER, projectIds: [], permissionIds: [] },
    ],
    orphanIds: ['cp_3'],
  });
});

it('nothing makes no group', () => {
  expect(groupByCheckpoint({ permissions: [] })).toEqual({ checkpoints: [], orphanIds: [] });
});
