import type { CheckpointRecord, PermissionRecord } from '../model/permission.ts';

/** A person's word that something is to rest. */
export interface PauseWord {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Who said so, as they told it; null when they did not. */
  readonly by: string | null;
  /** Why, in their words; null when they gave no reason. */
  readonly why: string | null;
}

/** What is paused. Jobs go on being recorded; what they ask for waits. */
export interface Pause {
  readonly version: number;
  /** No admin call is made at all; null = they are. */
  readonly all: PauseWord | null;
  /** By the rule's name: nothing that it wants is granted, and nothing that it wanted is revoked. */
  readonly rules: Readonly<Record<string, PauseWord>>;
  /** By the source's alias: nothing of its checkpoints is granted or revoked. */
  readonly sources: Readonly<Record<string, PauseWord>>;
}

export const NOT_PAUSED: Pause = { version: 0, all: null, rules: {}, sources: {} };

/** What keeps a permission from being granted or revoked: `rule "…"` or `source …`; null when nothing does. */
export function pausedBy(
  { rules, sources }: Pause,
  { source }: Pick<CheckpointRecord, 'source'>,
  { want, lastRule }: Pick<PermissionRecord, 'want' | 'lastRule'>,
): string | null {
  if (source !== null && Object.hasOwn(sources, source)) return `source ${source}`;
  const rule = want === null ? (lastRule ?? null) : want.rule;
  return rule !== null && Object.hasOwn(rules, rule) ? `rule "${rule}"` : null;
}
