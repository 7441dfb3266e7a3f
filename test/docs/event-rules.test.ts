import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { CfnInclude } from 'aws-cdk-lib/cloudformation-include';
import { afterAll, describe, expect, it } from 'vitest';
import { EVENT_SOURCE } from '../../lambdas/shared/contract/names.ts';
import { type DetailType, PUBLISHED_EVENTS } from '../../lambdas/shared/contract/published-events.ts';
import { eventSchema } from '../use-cases/publish/publishing.ts';

const doc = readFileSync(new URL('../../docs/events.md', import.meta.url), 'utf8');
const examples = [...doc.matchAll(/^```yaml (\S+)\n([\s\S]*?)^```$/gm)].map(([, name = '', yaml = '']) => ({
  name,
  yaml,
}));
const directory = mkdtempSync(join(tmpdir(), 'sharing-examples-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

interface Rule {
  readonly EventBusName: unknown;
  readonly EventPattern: { readonly source: readonly string[]; readonly 'detail-type': readonly DetailType[] };
  readonly Targets: readonly {
    readonly InputTransformer: {
      readonly InputPathsMap: Readonly<Record<string, string>>;
      readonly InputTemplate: unknown;
    };
  }[];
}

/** The example as CloudFormation would get it; fails where a resource has a property that its type does not know. */
function synthesize({ name, yaml }: (typeof examples)[number]): Template {
  const templateFile = join(directory, `${name}.yaml`);
  writeFileSync(templateFile, yaml);
  const stack = new Stack(new App({ outdir: join(directory, name), analyticsReporting: false }), name);
  new CfnInclude(stack, 'Example', { templateFile });
  return Template.fromStack(stack);
}

it('docs/events.md names every event', () => {
  const [, table = ''] = doc.split('| detail-type | when |');
  const named = [...table.matchAll(/^\| `([^`]+)` \|/gm)].map(([, type]) => type);
  expect(named).toEqual(Object.keys(PUBLISHED_EVENTS));
});

it('there are rules to begin with', () => {
  expect(examples.map(({ name }) => name)).toEqual(['by-email', 'to-slack']);
});

describe.each(examples)('the example $name', (example) => {
  const template = synthesize(example);
  const rules = Object.values(template.findResources('AWS::Events::Rule')).map(({ Properties }) => Properties as Rule);

  it('is a template, with a rule for events that there are, on the stack’s bus', () => {
    expect(rules).toHaveLength(1);
    for (const { EventBusName, EventPattern } of rules) {
      expect(EventBusName).toEqual({ Ref: 'EventBusName' });
      expect(EventPattern.source).toEqual([EVENT_SOURCE]);
      for (const type of EventPattern['detail-type']) expect(Object.keys(PUBLISHED_EVENTS)).toContain(type);
    }
  });

  it('uses only what each of these events has', () => {
    for (const { EventPattern, Targets } of rules) {
      const paths = Targets.flatMap(({ InputTransformer }) => Object.values(InputTransformer.InputPathsMap));
      const keys = paths.flatMap((path) => /^\$\.detail\.(\w+)$/.exec(path)?.[1] ?? []);
      expect(keys.length).toBeGreaterThan(2);
      expect(paths.filter((path) => !/^\$\.(detail(\.\w+)?|detail-type)$/.test(path))).toEqual([]);
      for (const type of EventPattern['detail-type'])
        expect(eventSchema(type).required).toEqual(expect.arrayContaining(keys));
    }
  });

  it('fills in every name that its text has', () => {
    for (const { InputTransformer } of rules.flatMap(({ Targets }) => Targets)) {
      const used = [...JSON.stringify(InputTransformer.InputTemplate).matchAll(/<(\w+)>/g)].map(([, name]) => name);
      expect([...new Set(used)].sort()).toEqual(Object.keys(InputTransformer.InputPathsMap).sort());
    }
  });
});
