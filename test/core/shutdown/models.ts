import { type ModelRecord, newModel } from '../../../lambdas/core/model/openai-model.ts';
import type { CheckpointRecord, PermissionState } from '../../../lambdas/core/model/permission.ts';
import { aCheckpoint, aPermission } from '../../builders/checkpoints.ts';

/** A base model of which no table knows. */
export const UNHEARD_OF = 'gpt-9-2030-01-01';

export function fineTuned(base: string, id: string): string {
  return `ft:${base}:org-xyz::${id}`;
}

/** A checkpoint that these projects have, in that state. */
export function shared(
  checkpoint: string,
  projectIds: readonly string[] = ['proj_EU'],
  state: PermissionState = 'active',
): CheckpointRecord {
  return { ...aCheckpoint(...projectIds.map((projectId) => aPermission(projectId, state))), checkpoint };
}

/** What OpenAI said of models, by their ids. */
export function said(dates: Readonly<Record<string, string | null>>): readonly ModelRecord[] {
  return Object.entries(dates).map(([model, shutdownDate]) => ({ ...newModel(model), shutdownDate }));
}

export function byId(models: readonly ModelRecord[]): ReadonlyMap<string, ModelRecord> {
  return new Map(models.map((model) => [model.model, model]));
}
