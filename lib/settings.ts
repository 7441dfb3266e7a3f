import { resolve } from 'node:path';
import { DEFAULT_STACK_NAME } from '../lambdas/shared/contract/names.ts';
import { DeployError, readPolicyFile } from './read-policy.ts';

/** What a person decides about a deployment: the policy, and the CDK context values (`-c name=value`). */
export interface Settings {
  /** Absolute path of the policy file, in which there is no mistake. */
  readonly policyFile: string;
  readonly stackName: string;
  /** `cli-credentials`: upload and deploy with the caller's own rights instead of the bootstrap roles. */
  readonly synthesizer: 'default' | 'cli-credentials';
  /** Name of the ledger's table where it is there already, left by an earlier stack or restored; null = the stack makes one. */
  readonly ledgerTable: string | null;
  /** Name of the ledger table of another stack of the same OpenAI organisation; its pacer is used instead of one's own. */
  readonly pacerTable: string | null;
  /** False for a stack to throw away: deleting it takes the ledger and the secrets with it. */
  readonly retain: boolean;
  /** False for a cloud that knows no rotation schedules: the functions are there all the same, to be invoked by hand. */
  readonly rotationSchedules: boolean;
  /** ARN of the SNS topic that is told when an alarm goes off. */
  readonly alarmTopic: string | null;
  /** Name of an EventBridge bus that is there already; null = the stack makes its own. */
  readonly eventBus: string | null;
}

const DEFAULT_CONFIG = 'sharing.yaml';

const TABLE_NAME = /^[A-Za-z0-9_.-]{3,255}$/;

// 55: Lambda allows 64 characters for a function's name, and the operator function's is `<stackName>-operator`.
export const STACK_NAME = {
  pattern: /^[A-Za-z][A-Za-z0-9-]{0,54}$/,
  expected: 'a letter, then up to 54 letters, digits or hyphens',
};

/** What one value of the context must look like. CloudFormation, DynamoDB and SNS set these limits. */
const FORMS = {
  stackName: STACK_NAME,
  synthesizer: { pattern: /^(default|cli-credentials)$/, expected: '"cli-credentials", or left out' },
  ledgerTable: { pattern: TABLE_NAME, expected: 'the name of a table that an earlier stack left, or a restored one' },
  pacerTable: { pattern: TABLE_NAME, expected: 'the LedgerTableName output of another stack' },
  retain: { pattern: /^(true|false)$/, expected: '"true" or "false"' },
  rotationSchedules: { pattern: /^(true|false)$/, expected: '"true" or "false"' },
  alarmTopic: { pattern: /^arn:[a-z-]+:sns:[a-z0-9-]+:\d{12}:\S+$/, expected: 'the ARN of an SNS topic' },
  eventBus: {
    pattern: /^[A-Za-z0-9_.-]{1,256}$/,
    expected: 'the name of an EventBridge bus of this account and region',
  },
} as const;

/**
 * Reads the CDK context and checks the policy file it names. `root` is where the repository is; a relative `config` starts there.
 * Throws one `DeployError` with every mistake.
 */
export function readSettings(context: (name: string) => unknown, root: string): Settings {
  const mistakes: string[] = [];
  const read = (name: keyof typeof FORMS): string | null => {
    const value = context(name);
    if (value === undefined || value === null) return null;
    if (FORMS[name].pattern.test(String(value))) return String(value);
    mistakes.push(`-c ${name}=${String(value)}: must be ${FORMS[name].expected}`);
    return null;
  };
  const stackName = read('stackName') ?? DEFAULT_STACK_NAME;
  const synthesizer = read('synthesizer') === 'cli-credentials' ? 'cli-credentials' : 'default';
  const ledgerTable = read('ledgerTable');
  const pacerTable = read('pacerTable');
  const retain = read('retain') !== 'false';
  const rotationSchedules = read('rotationSchedules') !== 'false';
  const alarmTopic = read('alarmTopic');
  const eventBus = read('eventBus');
  const config = context('config');
  // As "-c config=$POLICY" is where nothing is in the variable: the default may be another stack's.
  if (config === '') mistakes.push('-c config=: must be the path of a policy file, or left out');
  const name = typeof config === 'string' && config !== '' ? config : DEFAULT_CONFIG;
  const policyFile = resolve(root, name);
  try {
    if (config !== '') readPolicyFile(policyFile, name, missing(name), rotationSchedules);
  } catch (error) {
    if (!(error instanceof DeployError)) throw error;
    mistakes.push(error.message);
  }
  if (mistakes.length > 0) throw new DeployError(mistakes.join('\n'));
  return {
    policyFile,
    stackName,
    synthesizer,
    ledgerTable,
    pacerTable,
    retain,
    rotationSchedules,
    alarmTopic,
    eventBus,
  };
}

function missing(name: string): string {
  return name === DEFAULT_CONFIG
    ? `There is no policy file ${name}: copy sharing.example.yaml to ${name} and put your projects in, or name another with -c config=PATH.`
    : `There is no policy file ${name}: -c config=PATH must name one; sharing.example.yaml shows how it looks.`;
}
