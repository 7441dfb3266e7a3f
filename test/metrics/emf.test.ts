import { globSync, readFileSync } from 'node:fs';
import type { Context } from 'aws-lambda';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { METRICS, measure, metricsDocument, QUESTIONS, SIGNALS } from '../../lambdas/shared/contract/metrics.ts';
import { ENV } from '../../lambdas/shared/contract/names.ts';
import { withMetrics } from '../../lambdas/shared/runtime/emf.ts';
import { serve } from '../../lambdas/shared/runtime/serve.ts';
import { listen } from '../shared/listen.ts';
import { AT, metricsIn, STACK } from './told.ts';

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

describe('a log line', () => {
  it('that measures something is a metric of CloudWatch’s, and says all that it said', () => {
    const line = { jobId: 'ftjob-1', ...measure({ AdminCalls: 1 }, { Endpoint: 'audit-logs.list', Answer: 'ok' }) };
    expect(withMetrics(line, STACK, AT)).toEqual({
      jobId: 'ftjob-1',
      Endpoint: 'audit-logs.list',
      Answer: 'ok',
      AdminCalls: 1,
      _aws: {
        Timestamp: AT,
        CloudWatchMetrics: [
          {
            Namespace: STACK,
            Dimensions: [['Endpoint', 'Answer']],
            Metrics: [{ Name: 'AdminCalls', Unit: 'Count' }],
          },
        ],
      },
    });
  });

  it.each(SIGNALS)('that gives the signal %s is one, too', (signal) => {
    expect(metricsIn(withMetrics({ signal }, STACK, AT))).toEqual([`Signals{Signal=${signal}} 1`]);
  });

  it('may be both', () => {
    const line = { signal: 'key-expiring', ...measure({ ObserveLag: 2, JobToPermission: 3 }, {}) };
    const told = metricsIn(withMetrics(line, STACK, AT));
    expect(told).toEqual(['ObserveLag 2', 'JobToPermission 3', 'Signals{Signal=key-expiring} 1']);
  });

  it('of whatever else is as it was, and no text of it ever becomes a dimension', () => {
    const text = fc.oneof(fc.string(), fc.constantFrom('sk-proj-CANARY', 'ft:gpt:org::x', ...SIGNALS));
    const fields = fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('signal', 'act', 'Act', 'Signal')), text);
    fc.assert(
      fc.property(fields, (said) => {
        const line = withMetrics(said, STACK, AT);
        const isSignal = SIGNALS.some((signal) => signal === said.signal);
        expect(metricsIn(line)).toEqual(isSignal ? [`Signals{Signal=${said.signal}} 1`] : []);
        if (!isSignal) expect(line).toEqual(said);
      }),
    );
  });

  it('of a deployed function has the stack’s name as its namespace', async () => {
    vi.stubEnv(ENV.stackName, 'Another-Stack');
    const { written } = listen();
    const context = { awsRequestId: 'request-1', functionName: 'Stack-share' } as Context;
    await serve('share', (log) => async () => log.info('lag', measure({ ObserveLag: 1.5 }, {})))(null, context);
    const line = JSON.parse(written());
    expect(line._aws.CloudWatchMetrics[0].Namespace).toBe('Another-Stack');
    expect(line).toMatchObject({ message: 'lag', service: 'checkpoint-sharing-share' });
    expect(metricsIn(line)).toEqual(['ObserveLag 1.5']);
  });
});

describe('the table of metrics', () => {
  it('has few combinations of dimensions, since each that is told of is paid for', () => {
    for (const { dimensions } of Object.values(METRICS)) {
      const combinations = Object.values(dimensions).reduce((product, values) => product * values.length, 1);
      expect(combinations).toBeLessThanOrEqual(35);
      expect(Object.keys(dimensions).length).toBeLessThanOrEqual(2);
      for (const value of Object.values(dimensions).flat()) expect(value).toMatch(/^[a-z][a-z.-]+$/);
    }
  });

  it('answers every question, and is what docs/metrics.md says', () => {
    const asked = new Set(Object.values(METRICS).map(({ question }) => question));
    expect([...asked].toSorted()).toEqual(Object.keys(QUESTIONS).toSorted());
    expect(readFileSync(new URL('../../docs/metrics.md', import.meta.url), 'utf8')).toBe(metricsDocument());
  });

  it('has no signal, and so no alarm, that nothing tells of', () => {
    const cwd = new URL('../../lambdas/', import.meta.url);
    const code = globSync(['core/**/*.ts', 'use-cases/**/*.ts'], { cwd }).map((file) =>
      readFileSync(new URL(file, cwd), 'utf8'),
    );
    // As it is told, not as a type.
    expect(SIGNALS.filter((signal) => !code.some((text) => new RegExp(`'${signal}'[,; ]`).test(text)))).toEqual([]);
  });
});
