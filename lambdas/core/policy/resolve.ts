import { secondsOf } from './duration.ts';
import type { Pin, Policy, Project, Rule, Selection, SourceSecrets } from './policy.ts';
import type { PolicyFile } from './schema.ts';

/** Makes the policy of a file in which no mistake was found. */
export function resolvePolicy(file: PolicyFile): Policy {
  const { openai, reconcile, rotation } = file;
  return {
    version: 1,
    openai: {
      baseUrl: openai.baseUrl.replace(/\/+$/, ''),
      adminKeySecret: openai.adminKeySecret ?? null,
      adminRequestsPerMinute: openai.adminRequestsPerMinute,
      tokenUrl: openai.tokenUrl,
    },
    rotation: {
      adminKeySeconds: everyOf(rotation.adminKey),
      projectKeysSeconds: everyOf(rotation.projectKeys),
      webhookSecretsSeconds: everyOf(rotation.webhookSecrets),
      graceSeconds: rotation.grace === 0 ? 0 : secondsOf(rotation.grace),
      allowWiderAdminKey: rotation.allowWiderAdminKey,
    },
    projects: Object.entries(file.projects).map(([alias, project]) => projectOf(alias, project)),
    rules: (file.rules ?? []).map((rule) => ruleOf(rule, file)),
    permissions: (file.permissions ?? []).map<Pin>(({ checkpoint, to }) => ({ checkpoint, to: idsOf(to, file) })),
    prune: file.prune,
    reconcile: {
      everySeconds: secondsOf(reconcile.every),
      verifyPerMinute: reconcile.verifyPerMinute,
      auditLog: reconcile.auditLog,
    },
    shutdowns: Object.entries(file.shutdowns ?? {}).map(([baseModel, date]) => {
      return { baseModel, date: date === 'never' ? null : date };
    }),
  };
}

function everyOf(duration: string): number | null {
  return duration === 'off' ? null : secondsOf(duration);
}

function projectOf(alias: string, { id, source }: PolicyFile['projects'][string]): Project {
  if (source === undefined) return { alias, id, source: null };
  const { apiKeySecret = null, webhookSecret = null, workloadIdentity } = source ?? {};
  return { alias, id, source: { apiKeySecret, webhookSecret, ...identityOf(workloadIdentity) } };
}

type IdentityInFile = NonNullable<PolicyFile['projects'][string]['source']>['workloadIdentity'];

function identityOf(written: IdentityInFile): Pick<SourceSecrets, 'workloadIdentity'> {
  if (written === undefined) return {};
  const { identityProviderId, serviceAccountId } = written ?? {};
  const isGiven = identityProviderId !== undefined && serviceAccountId !== undefined;
  return { workloadIdentity: { given: isGiven ? { identityProviderId, serviceAccountId } : null } };
}

type RuleInFile = NonNullable<PolicyFile['rules']>[number];

function ruleOf(rule: RuleInFile, file: PolicyFile): Rule {
  return {
    name: rule.name,
    from: [rule.from].flat(),
    match: {
      baseModel: rule.match?.baseModel ?? null,
      suffix: rule.match?.suffix ?? null,
      metadata: rule.match?.metadata ?? {},
    },
    checkpoints: selectionOf(rule.checkpoints),
    to: idsOf(rule.to, file),
    onDrift: rule.onDrift,
    expireAfterDays: rule.expireAfterDays ?? null,
  };
}

function selectionOf(checkpoints: RuleInFile['checkpoints']): Selection {
  if (typeof checkpoints === 'string') return { kind: checkpoints };
  if ('last' in checkpoints) return { kind: 'last', count: checkpoints.last };
  return { kind: 'best', metric: checkpoints.best };
}

function idsOf(to: RuleInFile['to'], { projects }: PolicyFile): readonly string[] {
  return [to].flat().map((name) => (Object.hasOwn(projects, name) ? (projects[name]?.id ?? name) : name));
}
