import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { FakeOpenAI } from '../../fake-openai/fake-openai.ts';
import type { LocalCloud } from '../../local-cloud/cloud.ts';
import { deploySandbox, type SandboxKeys, SOURCE } from '../../sandbox/sandbox.ts';
import { fillLedger } from '../sweep/fill.ts';
import { makeWorkload, policyFor, ruleFor, SOURCE_ID, TARGETS } from '../sweep/workload.ts';

/**
 * Deploys the stack with one rule, and fills its ledger with so many jobs and their checkpoints, each shared with all that
 * the rule wants: nothing is due.
 */
export async function deployFilled(
  cloud: LocalCloud,
  fake: FakeOpenAI,
  keys: SandboxKeys,
  checkpoints: number,
): Promise<void> {
  const rules = [{ ...ruleFor(TARGETS), from: SOURCE.alias }];
  const { outputs } = await deploySandbox(cloud, { openai: fake.url, keys, config: { rules } });
  fake.addProject({ id: SOURCE_ID });
  const policy = policyFor(TARGETS, fake.url);
  const workload = makeWorkload(fake, policy, checkpoints, Date.now());
  const client = new DynamoDBClient(cloud.client);
  try {
    await fillLedger(client, outputs.LedgerTableName ?? '', workload, policy);
  } finally {
    client.destroy();
  }
}
