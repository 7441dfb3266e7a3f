import type {
  AdoptResult,
  HeldResult,
  PauseStatus,
  Repaired,
  RevokeResult,
  ShareResult,
  WantedBy,
} from '../../lambdas/shared/contract/operator.ts';
import { type Cell, type CellState, nameOf } from './cell.ts';
import type { Project } from './ledger.ts';
import { nameCheckpoint } from './names.ts';

/** What is done to permissions of one checkpoint. */
export const KINDS = ['share', 'revoke', 'ignore', 'unignore', 'adopt', 'repair'] as const;
export type Kind = (typeof KINDS)[number];

/** What a person may do here, each by the operator's command of the name; `unignore` is `ignore --undo`. */
export type Act =
  | { readonly kind: Kind; readonly checkpoint: string; readonly projects: readonly Project[] }
  | { readonly kind: 'pause' | 'resume'; readonly rest: Rest };

/** What rests, or goes on: a rule, a source, or with neither everything. */
export interface Rest {
  readonly rule?: string;
  readonly source?: string;
}

/** What a person may add to it. */
export interface Terms {
  /** Of a revocation: no rule shares it again by itself. */
  readonly withhold: boolean;
  /** Of sharing: taken back after so many days; null = never. */
  readonly days: number | null;
  /** Of a pause: why, for whoever sees it. */
  readonly why: string;
}

export const NO_TERMS: Terms = { withhold: false, days: null, why: '' };

/** What it does, or would do: a line each; and what goes with that and is probably not meant. */
export interface Outcome {
  readonly lines: readonly string[];
  readonly warnings: readonly string[];
  /** Whether there is anything to do. */
  readonly isAny: boolean;
}

export const LABELS: Readonly<Record<Act['kind'], string>> = {
  share: 'Share',
  revoke: 'Revoke',
  ignore: 'Ignore',
  unignore: 'Ignore no more',
  adopt: 'Adopt',
  repair: 'Repair',
  pause: 'Pause',
  resume: 'Resume',
};

const NOWHERE: ReadonlySet<CellState | undefined> = new Set([undefined, 'revoked', 'forgotten']);

/** Which acts there is any sense in for a cell; whether one may be done, the operator function says. */
const MAKES_SENSE: Readonly<Record<Kind, (state: CellState | undefined) => boolean>> = {
  share: (state) => state !== 'active' && state !== 'ignored',
  revoke: (state) => !NOWHERE.has(state) && state !== 'withheld',
  ignore: (state) => !NOWHERE.has(state) && state !== 'withheld' && state !== 'ignored',
  unignore: (state) => state === 'ignored',
  adopt: (state) => state === 'foreign' || NOWHERE.has(state),
  repair: (state) => state === 'drifted',
};

/** The acts for these projects of a checkpoint, each for those of them for which there is any sense in it. */
export function actsFor(
  checkpoint: string,
  projects: readonly Project[],
  cells: ReadonlyMap<string, Cell>,
): readonly Act[] {
  return KINDS.flatMap((kind): readonly Act[] => {
    const own = projects.filter(({ projectId }) => MAKES_SENSE[kind](cells.get(projectId)?.state));
    return own.length === 0 ? [] : [{ kind, checkpoint, projects: own }];
  });
}

/** Pausing a rule and a source, or letting go on what of it is paused. */
export function pausesFor(rests: readonly Rest[], paused: PauseStatus | undefined): readonly Act[] {
  return rests.map((rest) => ({ kind: isPaused(rest, paused) ? 'resume' : 'pause', rest }));
}

function isPaused({ rule, source }: Rest, paused: PauseStatus | undefined): boolean {
  if (paused === undefined) return false;
  if (rule !== undefined) return paused.rules.some((each) => each.rule === rule);
  if (source !== undefined) return paused.sources.some((each) => each.source === source);
  return paused.all !== null;
}

/** `Revoke support-triage final from prod-eu`, `Pause rule “support models”`. */
export function headingOf(act: Act): string {
  const label = LABELS[act.kind];
  if (!('checkpoint' in act)) return `${label} ${nameOfRest(act.rest)}`;
  const { title, which } = nameCheckpoint(act.checkpoint);
  const names = act.projects.map(nameOf).join(', ');
  const preposition = act.kind === 'revoke' ? 'from' : act.kind === 'share' ? 'with' : 'for';
  return `${label} ${title} ${which} ${preposition} ${names}`;
}

/** What its button says: of permissions the act alone, for whose it is stands above. */
export function labelOf(act: Act): string {
  return 'rest' in act ? headingOf(act) : LABELS[act.kind];
}

function nameOfRest({ rule, source }: Rest): string {
  if (rule !== undefined) return `rule “${rule}”`;
  return source === undefined ? 'everything' : `source ${source}`;
}

/** The same act on the command line. */
export function wordsOf(act: Act, { withhold, days, why }: Terms): readonly string[] {
  if ('rest' in act) {
    const { rule, source } = act.rest;
    const options = [...option('--rule', rule), ...option('--source', source)];
    return [act.kind, ...options, ...(act.kind === 'pause' ? option('--reason', why) : [])];
  }
  const { kind, checkpoint } = act;
  const names = act.projects.map(nameOf);
  switch (kind) {
    case 'share':
      return ['share', checkpoint, '--to', ...names, ...option('--expires-in', days === null ? '' : `${days}d`)];
    case 'revoke':
      return ['revoke', checkpoint, '--from', ...names, ...(withhold ? ['--withhold'] : []), '--yes'];
    case 'unignore':
      return ['ignore', '--undo', checkpoint, '--project', ...names];
    case 'repair':
      return ['repair', checkpoint, ...names.flatMap((name) => ['--project', name])];
    default:
      return [kind, checkpoint, '--project', ...names];
  }
}

function option(name: string, value: string | undefined): readonly string[] {
  return value ? [name, value] : [];
}

function told(lines: readonly string[], warnings: readonly string[] = []): Outcome {
  return { lines, warnings, isAny: lines.length > 0 };
}

export function tellShare({ projects }: ShareResult): Outcome {
  return told(
    projects.map(({ wantedBy, ...project }) =>
      wantedBy.origin === 'operator'
        ? `${nameOf(project)}: wanted by you${wantedBy.expiresAt ? `, until ${wantedBy.expiresAt.slice(0, 10)}` : ''}`
        : `${nameOf(project)}: wanted by ${whose(wantedBy)}; asked for at once`,
    ),
  );
}

const TO_REVOKE = {
  revoke: 'taken away at OpenAI',
  drop: 'wanted no more; it was never granted',
  'nothing-to-do': 'revoked already',
} as const;

export function tellRevoke({ permissions }: RevokeResult): Outcome {
  const lines = permissions.map(({ what, permissionIds, ...project }) => {
    const ids = permissionIds.length === 0 ? '' : ` (${permissionIds.join(', ')})`;
    return `${nameOf(project)}: ${TO_REVOKE[what]}${ids}`;
  });
  const warnings = permissions.flatMap(({ wantedAgainBy, ...project }) =>
    wantedAgainBy === null
      ? []
      : [
          `${nameOf(project)}: ${whose(wantedAgainBy)} wants it, so the next reconcile shares it again. Change sharing.yaml, or withhold it.`,
        ],
  );
  return { lines, warnings, isAny: permissions.some(({ what }) => what !== 'nothing-to-do') };
}

export function tellHeld({ projects, undone }: HeldResult): Outcome {
  return told(
    projects.map(({ permissionIds, ...project }) => {
      const ids = permissionIds.length === 0 ? '' : ` (${permissionIds.join(', ')})`;
      return `${nameOf(project)}${ids}: ${undone ? 'the policy decides again' : 'kept as it is, whatever the policy says'}`;
    }),
  );
}

export function tellAdopt({ adopted, missing, others }: AdoptResult): Outcome {
  const lines = adopted.map(({ permissionId, already, wantedBy, ...project }) => {
    const how = already ? 'tracked already' : 'tracked from now on';
    return `${nameOf(project)} (${permissionId}): ${how}, wanted by ${whose(wantedBy)}`;
  });
  const warnings = [
    ...missing.map((name) => `${name} is not at OpenAI: nothing is recorded of it.`),
    ...others.map(({ permissionId, projectId }) => `${permissionId} (${projectId}) is at OpenAI, and left as it is.`),
  ];
  return { lines, warnings, isAny: adopted.some(({ already }) => !already) };
}

export function tellRepair({ projects }: Repaired): Outcome {
  return told(projects.map((project) => `${nameOf(project)}: shared again`));
}

/** What of it rests afterwards. */
export function tellPause(kind: 'pause' | 'resume', rest: Rest, paused: PauseStatus): Outcome {
  const name = nameOfRest(rest);
  const line =
    kind === 'pause'
      ? `Nothing of ${name} is shared or revoked until it is resumed; jobs go on being recorded.`
      : `What of ${name} has waited goes on at once.`;
  const still = kind === 'resume' && paused.all !== null;
  return told([line], still ? ['Everything is paused, too: nothing goes on before that is resumed.'] : []);
}

function whose({ rule, origin }: Pick<WantedBy, 'rule' | 'origin'>): string {
  if (rule !== null) return `rule “${rule}”`;
  return origin === 'operator' ? 'a person' : `sharing.yaml (${origin})`;
}
