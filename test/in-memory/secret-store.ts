import { SecretUnusableError } from '../../lambdas/core/errors.ts';
import type { SecretStore } from '../../lambdas/core/secrets/store.ts';

interface Version {
  readonly value: string;
  stages: string[];
}

export interface InMemorySecretStore extends SecretStore {
  /** What the world outside sees: the current value of a secret by its name; undefined where there is none. */
  current(name: string): string | undefined;
  /** The next write fails so. */
  failNext(error: Error): void;
}

const ARN = 'arn:aws:secretsmanager:eu-west-1:000000000000:secret:';

/** Secrets Manager in memory, as far as whoever writes needs it. */
export function createInMemorySecretStore(): InMemorySecretStore {
  const secrets = new Map<string, Map<string, Version>>();
  let failure: Error | null = null;
  let count = 0;
  const nameOf = (secretId: string) => secretId.replace(ARN, '').replace(/-AbCdEf$/, '');
  const versionsOf = (secretId: string) => {
    const versions = secrets.get(nameOf(secretId));
    if (versions === undefined) throw new SecretUnusableError(secretId, 'is not there');
    return versions;
  };
  const withStage = (secretId: string, stage: string) =>
    [...versionsOf(secretId)].find(([, { stages }]) => stages.includes(stage));

  return {
    current: (name) => (secrets.has(name) ? withStage(name, 'AWSCURRENT')?.[1].value : undefined),
    failNext: (error) => {
      failure = error;
    },
    async describe(secretId) {
      const name = nameOf(secretId);
      const versions = secrets.get(name);
      if (versions === undefined) return undefined;
      const stages = [...versions].map(([id, version]) => [id, version.stages] as const);
      return { arn: `${ARN}${name}-AbCdEf`, name, versions: Object.fromEntries(stages) };
    },
    async create(name) {
      if (!secrets.has(name)) secrets.set(name, new Map());
      return `${ARN}${name}-AbCdEf`;
    },
    async read(secretId, version) {
      const found = 'stage' in version ? withStage(secretId, version.stage)?.[1] : versionsOf(secretId).get(version.id);
      return found?.value ?? null;
    },
    async put(secretId, value, { token = `v${++count}`, stages = ['AWSCURRENT'] } = {}) {
      if (failure !== null) {
        const error = failure;
        failure = null;
        throw error;
      }
      const versions = versionsOf(secretId);
      const there = versions.get(token);
      if (there !== undefined) {
        // As at AWS: one that has a value keeps it, and its stages.
        if (there.value === value) return;
        throw new SecretUnusableError(secretId, 'could not be read: ResourceExistsException');
      }
      if (stages.includes('AWSCURRENT')) rotateStages(versions);
      for (const version of versions.values())
        version.stages = version.stages.filter((stage) => !stages.includes(stage));
      versions.set(token, { value, stages: [...stages] });
    },
    async moveStage(secretId, stage, to) {
      const versions = versionsOf(secretId);
      if (stage === 'AWSCURRENT') rotateStages(versions);
      for (const version of versions.values()) version.stages = version.stages.filter((each) => each !== stage);
      if (to !== null) versions.get(to)?.stages.push(stage);
    },
  };
}

/** As Secrets Manager does it: what was current is the previous one. */
function rotateStages(versions: Map<string, Version>): void {
  for (const version of versions.values()) {
    const wasCurrent = version.stages.includes('AWSCURRENT');
    version.stages = version.stages.filter((stage) => stage !== 'AWSPREVIOUS');
    if (wasCurrent) version.stages = ['AWSPREVIOUS', ...version.stages.filter((stage) => stage !== 'AWSCURRENT')];
  }
}
