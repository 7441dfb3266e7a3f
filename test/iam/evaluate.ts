import { matchesGlob } from '../../lambdas/core/policy/glob.ts';

/** A statement of a role's policies, its intrinsic functions replaced by what AWS puts in their place. */
export interface Statement {
  readonly effect: 'Allow' | 'Deny';
  /** May have wildcards, as the resources. */
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** Operator → key → values. */
  readonly conditions: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

/** One thing that a call to AWS asks to be allowed. */
export interface Request {
  /** As in `dynamodb:GetItem`. */
  readonly action: string;
  /** An ARN. */
  readonly resource: string;
  /** Of the condition keys that IAM knows of this request, the values. */
  readonly context: Readonly<Record<string, readonly string[]>>;
}

/** As AWS decides: what no statement allows is denied, and what one statement denies is denied whatever others allow. */
export function isAllowed(statements: readonly Statement[], request: Request): boolean {
  const applying = statements.filter((statement) => applies(statement, request));
  return applying.length > 0 && applying.every(({ effect }) => effect === 'Allow');
}

function applies({ actions, resources, conditions }: Statement, { action, resource, context }: Request): boolean {
  // Actions are compared whatever their case, ARNs are not.
  const named = actions.some((pattern) => matchesGlob(pattern.toLowerCase(), action.toLowerCase()));
  if (!named || !resources.some((pattern) => matchesGlob(pattern, resource))) return false;
  return Object.entries(conditions).every(([operator, keys]) => {
    const compare = COMPARISONS[operator];
    if (compare === undefined) throw new Error(`What the condition ${operator} holds of is not written down here.`);
    // All of a request's values have to fit: a request that has none, such as a Scan of a table, fits as well.
    return Object.entries(keys).every(([key, allowed]) =>
      (context[key] ?? []).every((value) => allowed.some((one) => compare(one, value))),
    );
  });
}

const COMPARISONS: Readonly<Record<string, (allowed: string, value: string) => boolean>> = {
  'ForAllValues:StringEquals': (allowed, value) => allowed === value,
  'ForAllValues:StringLike': matchesGlob,
  NumericLessThanEqualsIfExists: (allowed, value) => Number(value) <= Number(allowed),
};
