import { permissionsOf } from '../../../lambdas/core/checkpoint/record.ts';
import type { CheckpointRecord } from '../../../lambdas/core/model/permission.ts';
import type { Pause } from '../../../lambdas/core/pause/pause.ts';
import { pairOf } from './pair.ts';

const EVERYTHING = 'everything';
const ruleOf = (name: string) => `rule ${name}`;
const sourceOf = (alias: string) => `source ${alias}`;

/** Something that belongs to something that may be paused, and since when. */
interface Belonging {
  readonly to: string;
  readonly since: number;
}

/** What is paused since when, as it is stored; and since when each permission belongs to which rule and source. */
export class Pauses {
  #since = new Map<string, number>();
  readonly #rules = new Map<string, Belonging>();
  readonly #sources = new Map<string, Belonging>();

  notePause({ all, rules, sources }: Pause, now: number): void {
    const paused = [
      ...(all === null ? [] : [EVERYTHING]),
      ...Object.keys(rules).map(ruleOf),
      ...Object.keys(sources).map(sourceOf),
    ];
    this.#since = new Map(paused.map((what) => [what, this.#since.get(what) ?? now]));
  }

  noteRecord(record: CheckpointRecord, now: number): void {
    const { checkpoint, source } = record;
    note(this.#sources, checkpoint, source === null ? null : sourceOf(source), now);
    for (const { projectId, want } of permissionsOf(record)) {
      const rule = want?.rule ?? null;
      note(this.#rules, pairOf(checkpoint, projectId), rule === null ? null : ruleOf(rule), now);
    }
  }

  /** Whether everything has been paused since before this time. */
  isEverythingSince(before: number): boolean {
    return (this.#since.get(EVERYTHING) ?? before) < before;
  }

  /** What has kept these projects from being granted or revoked since before this time; null when nothing has. */
  keeping(checkpoint: string, projectIds: readonly string[], before: number): string | null {
    if (this.isEverythingSince(before)) return EVERYTHING;
    const belongings = [
      this.#sources.get(checkpoint),
      ...projectIds.map((projectId) => this.#rules.get(pairOf(checkpoint, projectId))),
    ];
    const keeping = belongings.find((one) => {
      const since = Math.max(one?.since ?? before, this.#since.get(one?.to ?? '') ?? before);
      return since < before;
    });
    return keeping?.to ?? null;
  }
}

function note(belongings: Map<string, Belonging>, of: string, to: string | null, now: number): void {
  if (to === null) belongings.delete(of);
  else if (belongings.get(of)?.to !== to) belongings.set(of, { to, since: now });
}
