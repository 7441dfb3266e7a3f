import { sourcesOf } from '../../core/policy/policy.ts';
import type { OperateDeps } from './deps.ts';
import type { KeyName } from './explain-openai.ts';
import { unknownName } from './list.ts';
import { BadRequestError } from './problem.ts';

type SourceDeps = Pick<OperateDeps, 'policy' | 'secretIds'>;

/** The webhook secret of a source as a person knows it. Throws `BadRequestError` for a source that there is not. */
export function webhookSecretName({ policy, secretIds }: SourceDeps, source: string): KeyName {
  const aliases = sourcesOf(policy).map(({ alias }) => alias);
  if (aliases.length === 0) {
    throw new BadRequestError(
      'The policy has no source.',
      'Add "source: {}" to a project in sharing.yaml, and deploy.',
    );
  }
  if (!aliases.includes(source)) throw unknownName('source', source, aliases);
  const secretId = secretIds.webhookSecrets.get(source);
  if (secretId !== undefined) return { name: `the webhook secret of ${source}`, secretId, prefix: 'whsec_…' };
  throw new BadRequestError(
    `The operator function was told of no webhook secret for ${source}.`,
    'Deploy the stack again.',
  );
}
