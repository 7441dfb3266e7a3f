/** The environment variables by which the stack tells the functions what to use. */
export const ENV = {
  /** Name of the ledger's table. */
  ledgerTable: 'LEDGER_TABLE',
  /** Name of the table that holds the pacer's windows: the ledger's own, or one shared by several stacks. */
  pacerTable: 'PACER_TABLE',
  /** ARN or name of the secret that holds the organisation's admin key. */
  adminKeySecret: 'ADMIN_KEY_SECRET',
  /** JSON object: source alias → ARN or name of the secret that holds its project key. */
  projectKeySecrets: 'PROJECT_KEY_SECRETS',
  /** JSON object: source alias → ARN or name of the secret that holds its webhook secrets. */
  webhookSecrets: 'WEBHOOK_SECRETS',
  /** What the ARNs of all secrets begin with, where the maps give only the rest of those that begin so. */
  secretArnPrefix: 'SECRET_ARN_PREFIX',
  observeQueueUrl: 'OBSERVE_QUEUE_URL',
  observeDeadLetterQueueUrl: 'OBSERVE_DEAD_LETTER_QUEUE_URL',
  shareFunction: 'SHARE_FUNCTION',
  reconcileFunction: 'RECONCILE_FUNCTION',
  /** The stack's own name, with which the names of the secrets for new keys begin; the namespace of its metrics. */
  stackName: 'STACK_NAME',
  /** The stack's ARN without the id that each deploy of a destroyed one has anew: it says name, region and account. */
  stackArn: 'STACK_ARN',
  /** Where OpenAI delivers, without the source's alias. */
  webhookUrl: 'WEBHOOK_URL',
  /** Name of the bus that events go to. */
  eventBus: 'EVENT_BUS',
  /** JSON object: function → ARN of its role, of those that prove to OpenAI who they are; `{}` where none does. */
  identityRoles: 'IDENTITY_ROLES',
} as const;

/** The functions that may prove to OpenAI who they are, where a source has no stored key. */
export const IDENTITY_FUNCTIONS = ['observe', 'reconcile', 'operator', 'keys', 'rotate-webhook-secret'] as const;
export type IdentityFunction = (typeof IDENTITY_FUNCTIONS)[number];

/** Whom identities are for, and how long they live at most. Source: OpenAI's guide to workload identity federation with AWS. */
export const IDENTITY_AUDIENCE = 'https://api.openai.com/v1';
export const IDENTITY_SECONDS = 300;

/** The stack's outputs. Scripts outside this repository read them: they are a contract. */
export const OUTPUT = {
  webhookUrl: 'WebhookUrl',
  ledgerTable: 'LedgerTableName',
  webhookFunction: 'WebhookFunctionName',
  observeFunction: 'ObserveFunctionName',
  shareFunction: 'ShareFunctionName',
  reconcileFunction: 'ReconcileFunctionName',
  operatorFunction: 'OperatorFunctionName',
  keysFunction: 'KeysFunctionName',
  adminKeySecret: 'AdminKeySecretArn',
  dashboard: 'DashboardUrl',
  publishFunction: 'PublishFunctionName',
  eventBus: 'EventBusName',
} as const;

/** Outputs of the same contract, each there where that rotation is on. */
export const ROTATION_OUTPUT = {
  'rotate-admin-key': 'RotateAdminKeyFunctionName',
  'rotate-project-key': 'RotateProjectKeyFunctionName',
  'rotate-webhook-secret': 'RotateWebhookSecretFunctionName',
} as const;

/** The `source` of every event on the bus: rules are written on it. Not `openai.…`, for OpenAI does not send them. */
export const EVENT_SOURCE = 'openai-checkpoint-sharing';

/** The stack's name unless the CDK context `stackName` or the CLI's `--stack` says otherwise. */
export const DEFAULT_STACK_NAME = 'CheckpointSharing';

/**
 * The operator function's name follows from the stack's, so that a person who may invoke it and do nothing else
 * needs no right to read the stack's outputs.
 */
export function operatorFunctionName(stackName: string): string {
  return `${stackName}-operator`;
}

/** Likewise, for the function that makes keys: whoever may share need not be able to do that. */
export function keysFunctionName(stackName: string): string {
  return `${stackName}-keys`;
}

/** What the schedule of the keys function invokes it with: no person's command. */
export const SWEEP_KEYS = { sweep: 'keys' } as const;

/** The names of the secrets that keys are put into begin so, and end in the name that a person gave. */
export function keySecretName(stackName: string, name: string): string {
  return `${stackName}/keys/${name}`;
}

/** The reconcile function is cut off after this time. */
export const RECONCILE_TIMEOUT_SECONDS = 300;

/** The file beside a function's code that holds the resolved policy. */
export const POLICY_FILE = 'policy.json';
