import type { ModelPermissions } from '../ports/openai.ts';
import { parseModelName } from './ids.ts';

/** Whether a project's list lets it use a checkpoint. */
export interface ModelAccess {
  readonly access: 'allowed' | 'blocked' | 'unclear';
  /** For a person to read; null where it is allowed. */
  readonly why: string | null;
}

/**
 * What a project's allow or deny list means for a checkpoint; null = the project has no list. OpenAI does not say
 * whether such a list names fine-tuned models by their own ids, by their base model, or by either. So only what holds
 * under each of these is certain: a list that names the checkpoint itself, or nothing that it stems from.
 */
export function modelAccess(permissions: ModelPermissions | null, checkpoint: string): ModelAccess {
  if (permissions === null) return { access: 'allowed', why: null };
  const { mode, modelIds } = permissions;
  const allows = mode === 'allow_list';
  const list = allows ? "the project's list of allowed models" : "the project's list of denied models";
  if (modelIds.includes(checkpoint)) {
    return allows ? { access: 'allowed', why: null } : { access: 'blocked', why: `${list} names the checkpoint` };
  }
  const origin = modelIds.find((id) => isOriginOf(id, checkpoint));
  if (origin !== undefined) {
    const why = `${list} names ${origin}, not the checkpoint itself; whether that counts for it, OpenAI does not say`;
    return { access: 'unclear', why };
  }
  const names = modelIds.length === 0 ? 'is empty' : 'names neither the checkpoint nor its base model';
  return allows ? { access: 'blocked', why: `${list} ${names}` } : { access: 'allowed', why: null };
}

/** Whether the id names what it was made of: its base model, an alias or snapshot of that, or a part of its name. */
function isOriginOf(id: string, checkpoint: string): boolean {
  if (checkpoint.startsWith(`${id}:`)) return true;
  const base = parseModelName(checkpoint)?.base;
  const model = id.replace(/^ft:/, '');
  return base !== undefined && (model === base || model === aliasOf(base) || aliasOf(model) === base);
}

/** `gpt-4o-mini` of `gpt-4o-mini-2024-07-18`, `gpt-3.5-turbo` of `gpt-3.5-turbo-0125`. */
function aliasOf(model: string): string {
  return model.replace(/-(?:\d{4}-\d{2}-\d{2}|\d{4})$/, '');
}
