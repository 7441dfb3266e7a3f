import type { Template } from 'aws-cdk-lib/assertions';
import type { Policy } from '../../../lambdas/core/policy/policy.ts';
import { OUTPUT } from '../../../lambdas/shared/contract/names.ts';
import { outputRef, propertiesOf } from '../../stack/reading.ts';

const NAMES = ['webhook', 'observe', 'share', 'reconcile', 'publish', 'keys'] as const;
type Name = (typeof NAMES)[number];

/** What of the stack is there all month, and how often it wakes by itself, as its template says. */
export interface Standing {
  readonly alarms: number;
  readonly dashboards: number;
  readonly secrets: number;
  readonly memoryMb: Readonly<Record<Name, number>>;
  /** Ticks of each function a minute. */
  readonly aMinute: Readonly<Record<Name, number>>;
  readonly schedulesAMinute: number;
  readonly verifyPerMinute: number;
}

export function standingOf(template: Template, policy: Policy): Standing {
  const sizeOf = (type: string) => Object.keys(template.findResources(type)).length;
  const functions = propertiesOf(template, 'AWS::Lambda::Function');
  const idOf = (name: Name) => outputRef(template, OUTPUT[`${name}Function`]);
  const schedules = Object.values(propertiesOf(template, 'AWS::Scheduler::Schedule')).map((schedule) => {
    const { Target, ScheduleExpression } = schedule as unknown as {
      readonly Target: { readonly Arn: { readonly 'Fn::GetAtt': readonly string[] } };
      readonly ScheduleExpression: string;
    };
    return { target: Target.Arn['Fn::GetAtt'][0], aMinute: 1 / minutesOf(ScheduleExpression) };
  });
  const ticks = (name: Name) => {
    return schedules.filter(({ target }) => target === idOf(name)).reduce((sum, { aMinute }) => sum + aMinute, 0);
  };
  const byName = (of: (name: Name) => number) =>
    Object.fromEntries(NAMES.map((name) => [name, of(name)])) as Record<Name, number>;
  return {
    alarms: sizeOf('AWS::CloudWatch::Alarm'),
    dashboards: sizeOf('AWS::CloudWatch::Dashboard'),
    secrets: sizeOf('AWS::SecretsManager::Secret'),
    memoryMb: byName((name) => Number(functions[idOf(name)]?.MemorySize)),
    aMinute: byName(ticks),
    schedulesAMinute: schedules.reduce((sum, { aMinute }) => sum + aMinute, 0),
    verifyPerMinute: policy.reconcile.verifyPerMinute,
  };
}

function minutesOf(expression: string): number {
  const [, minutes] = /^rate\((\d+) minutes?\)$/.exec(expression) ?? [];
  if (minutes === undefined) throw new Error(`What ${expression} costs is not reckoned here.`);
  return Number(minutes);
}
