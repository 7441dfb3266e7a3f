import { Validations } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { keylessSources, type Policy } from '../../lambdas/core/policy/policy.ts';
import { PARTITION } from '../../lambdas/shared/contract/ledger-keys.ts';
import {
  ENV,
  IDENTITY_AUDIENCE,
  IDENTITY_SECONDS,
  type IdentityFunction,
} from '../../lambdas/shared/contract/names.ts';
import type { SharingFunction } from './function-defaults.ts';
import type { Ledger } from './ledger.ts';

/** Those that are there; one that rotates may not be. */
type Functions = Readonly<Record<Exclude<IdentityFunction, 'rotate-webhook-secret'>, SharingFunction>> &
  Partial<Readonly<Record<IdentityFunction, SharingFunction>>>;

/**
 * Lets functions prove to OpenAI who they are, for the sources that the policy wants read without a stored key, and to nobody
 * else: the identity is good for OpenAI alone, and for five minutes at most. None may where every source has a key; what is
 * left at OpenAI of a source that had none is told of and taken away all the same.
 */
export function grantIdentities(policy: Policy, ledger: Ledger, functions: Functions): void {
  const isAny = keylessSources(policy).length > 0;
  const entries = isAny ? Object.entries(functions) : [];
  for (const [, fn] of entries) {
    grantMinting(fn);
    if (fn !== functions.keys) ledger.grantRows(fn, { get: [PARTITION.identity] });
  }
  const { identity } = PARTITION;
  ledger.grantRows(functions.operator, { query: [identity] });
  ledger.grantRows(functions.keys, { get: [identity], put: isAny ? [identity] : [], delete: [identity] });
  const roles = Object.fromEntries(entries.map(([name, { role }]) => [name, role?.roleArn]));
  for (const fn of [functions.keys, functions.operator]) fn.addEnvironment(ENV.identityRoles, JSON.stringify(roles));
}

/** Source of the condition keys: AWS's "Controlling access with IAM policies" of outbound identity federation. */
function grantMinting(fn: SharingFunction): void {
  fn.addToRolePolicy(
    new PolicyStatement({
      actions: ['sts:GetWebIdentityToken'],
      // It is about no resource: the audience says whom it is for.
      resources: ['*'],
      conditions: {
        'ForAllValues:StringEquals': { 'sts:IdentityTokenAudience': IDENTITY_AUDIENCE },
        // Left out of a request it is these 300 seconds.
        NumericLessThanEqualsIfExists: { 'sts:DurationSeconds': IDENTITY_SECONDS },
      },
    }),
  );
  Validations.of(fn.role ?? fn).acknowledge({
    id: 'AwsSolutions-IAM5[Resource::*]',
    reason: 'sts:GetWebIdentityToken is about no resource; its conditions name the audience and the time to live.',
  });
}
