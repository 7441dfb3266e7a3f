import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { FUNCTIONS } from '../../lib/bundle.ts';
import { atStart, bundleEmpty, bundleFunction, readModules, webhookLimits } from './bundles.ts';
import { bundleWithoutMetrics, metricsLimit } from './metrics-cost.ts';
import { isBroken } from './section.ts';

const directory = mkdtempSync(join(tmpdir(), 'sharing-limits-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe('the webhook function', () => {
  const webhook = bundleFunction('webhook', directory);

  it('is at most 175 KB gzip and has at most two AWS clients', () => {
    expect(webhookLimits(webhook).filter(isBroken)).toEqual([]);
  });

  // By name: a scan that finds nothing would find too few clients as well.
  it('has the clients that it needs and no other', () => {
    expect(webhook).toMatchObject({ clients: ['secretsmanager', 'sqs'], laterClients: [] });
  });
});

describe('the publish function', () => {
  it('has the clients that it needs and no other, and nothing that calls OpenAI', () => {
    const publish = bundleFunction('publish', directory);
    expect(publish).toMatchObject({ clients: ['dynamodb', 'eventbridge'], laterClients: [] });
    expect(codeOf([...readModules(publish.file).values()])).not.toContain(OF_UNDICI);
  });
});

/** In the parser of answers, without which there is no connection. */
const OF_UNDICI = 'wasm_on_message_complete';

function codeOf(modules: readonly string[]): string {
  return modules.join('\n');
}

describe.each(['observe', 'reconcile'] as const)('the %s function', (name) => {
  it('starts without the clients of Lambda, SQS and STS, which most of its runs do without', () => {
    const { clients, laterClients } = bundleFunction(name, directory);
    expect(clients).toEqual(['dynamodb', 'secretsmanager']);
    expect(laterClients).toEqual(['lambda', 'sqs']);
  });
});

const CALLING_OPENAI = FUNCTIONS.filter((name) => name !== 'webhook' && name !== 'publish');

describe.each(CALLING_OPENAI)('the %s function', (name) => {
  const modules = readModules(bundleFunction(name, directory).file);

  it('has of undici what makes a connection, and neither its mocks nor its second parser', () => {
    const code = codeOf([...modules.values()]);
    const has = (names: readonly string[]) => names.filter((each) => code.includes(each));
    expect(has([OF_UNDICI])).toHaveLength(1);
    expect(has(['MockAgent', 'EnvHttpProxyAgent', 'WebSocketStream', 'UNDICI_USE_MILO'])).toEqual([]);
  });

  it('starts without it', () => {
    expect(codeOf(atStart(modules))).not.toContain(OF_UNDICI);
  });
});

it.each(FUNCTIONS)('what the %s function tells of metrics adds next to nothing to it, and no client', async (name) => {
  const [bundle, without] = [bundleFunction(name, directory), await bundleWithoutMetrics(name, directory)];
  const limit = metricsLimit(bundle, without);
  expect(limit.is).toBeGreaterThan(0);
  expect(isBroken(limit)).toBe(false);
  expect(bundle.clients).toEqual(without.clients);
});

describe('the limits', () => {
  it('tell a bundle that is too big, or has a client too many, from one that is not', () => {
    const empty = bundleEmpty(directory);
    expect(webhookLimits(empty).filter(isBroken)).toEqual([]);
    const big = { ...empty, gzipBytes: 175_001, clients: ['dynamodb', 'secretsmanager', 'sqs'] };
    expect(
      webhookLimits(big)
        .filter(isBroken)
        .map(({ is }) => is),
    ).toEqual([175_001, 3]);
  });
});
