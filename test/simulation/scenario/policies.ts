import type { Pin, Policy, Rule } from '../../../lambdas/core/policy/policy.ts';
import { aPolicy, aRule } from '../../core/policy/builders.ts';
import type { Draw } from '../engine/draw.ts';

/** A project at OpenAI; `missing`: the policy names it, OpenAI does not have it. */
export interface ProjectScenario {
  readonly projectId: string;
  /** Its alias as a source; null for a mere target. */
  readonly source: string | null;
  readonly state: 'active' | 'archived' | 'missing';
}

export function drawProjects(draw: Draw): readonly ProjectScenario[] {
  const sources = ['a', 'b'].slice(0, draw.int(1, 2)).map((source) => {
    return { projectId: `proj_source_${source}`, source, state: 'active' } as const;
  });
  const trouble = draw.pick([0, 0.15, 0.4]);
  const targets = Array.from({ length: draw.int(1, 5) }, (_, index) => ({
    projectId: `proj_${index + 1}`,
    source: null,
    state: draw.chance(trouble) ? draw.pick(['archived', 'missing'] as const) : ('active' as const),
  }));
  return [...sources, ...targets];
}

/** A checkpoint of a project that is no source: only a pin can want it. */
export const ELSEWHERE = { checkpoint: 'ft:gpt-4o-mini:org::Elsewhere', owner: 'proj_elsewhere' };

/** What a rule may take the best checkpoint by. */
export const METRIC = 'full_valid_loss';

/** What no deploy changes. */
export interface Settings {
  readonly limit: number;
  readonly sweepEveryMs: number;
  readonly isAudited: boolean;
  /** Checkpoints that may be pinned; none where nobody sweeps, since only that finds a pin. */
  readonly pinnable: readonly string[];
}

export function drawPolicy(draw: Draw, projects: readonly ProjectScenario[], fixed: Settings): Policy {
  const policy = aPolicy(drawRules(draw, projects));
  const everySeconds = fixed.sweepEveryMs / 1_000;
  return {
    ...policy,
    permissions: drawPins(draw, projects, fixed.pinnable),
    prune: draw.chance(0.5),
    reconcile: { everySeconds, verifyPerMinute: draw.pick([1, 2, 6]), auditLog: fixed.isAudited ? 'auto' : 'off' },
    openai: { ...policy.openai, adminRequestsPerMinute: fixed.limit },
    projects: projects.map(({ projectId, source }) => ({
      alias: source ?? projectId,
      id: projectId,
      source: source === null ? null : { apiKeySecret: null, webhookSecret: null },
    })),
  };
}

/** The same policy, its rules taking the best checkpoint instead. */
export function byMetric(policy: Policy): Policy {
  const rules = policy.rules.map((rule) => ({ ...rule, checkpoints: { kind: 'best', metric: METRIC } as const }));
  return { ...policy, rules };
}

function drawRules(draw: Draw, projects: readonly ProjectScenario[]): readonly Rule[] {
  const sources = projects.flatMap(({ source }) => (source === null ? [] : [source]));
  const ids = projects.map(({ projectId }) => projectId);
  return Array.from({ length: draw.int(1, 2) }, (_, index) =>
    aRule({
      name: `rule ${index + 1}`,
      from: draw.some(sources, draw.int(1, sources.length)),
      checkpoints: draw.pick([{ kind: 'final' }, { kind: 'all' }, { kind: 'all' }, { kind: 'last', count: 2 }]),
      to: draw.some(ids, draw.int(1, ids.length)),
      onDrift: draw.pick(['repair', 'repair', 'report']),
      expireAfterDays: draw.pick([null, null, null, null, 1]),
    }),
  );
}

/** Now and then the project that owns the checkpoint is among them, which OpenAI refuses for good. */
function drawPins(draw: Draw, projects: readonly ProjectScenario[], pinnable: readonly string[]): readonly Pin[] {
  if (pinnable.length === 0 || !draw.chance(0.3)) return [];
  const ids = [...projects.map(({ projectId }) => projectId), ELSEWHERE.owner];
  const checkpoints = draw.some(pinnable, draw.int(1, 2));
  return checkpoints.map((checkpoint) => ({ checkpoint, to: draw.some(ids, draw.int(1, 3)) }));
}
