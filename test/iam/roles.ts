import type { Template } from 'aws-cdk-lib/assertions';
import { OUTPUT } from '../../lambdas/shared/contract/names.ts';
import { FUNCTIONS, type FunctionName } from '../../lib/bundle.ts';
import { resolveOnAws } from '../stack/on-aws.ts';
import { functionOf, statementsOf, type Value } from '../stack/reading.ts';
import type { Request, Statement } from './evaluate.ts';

/** What a role may do, as the template says it, with the names that things get on AWS. The role is named by its logical id. */
export function roleOf(template: Template, stackName: string, roleId: string): readonly Statement[] {
  const resolve = (value: Value) => resolveOnAws(template, stackName, value);
  return statementsOf(template, roleId).map(({ Effect, Action, Resource, Condition = {}, ...rest }) => {
    const [unknown] = Object.keys(rest);
    if (unknown !== undefined) throw new Error(`What ${unknown} in a statement means is not written down here.`);
    const conditions = Object.entries(Condition).map(([operator, keys]) => [
      operator,
      mapValues(keys, listed(resolve)),
    ]);
    return {
      effect: Effect as Statement['effect'],
      actions: listed(String)(Action),
      resources: listed(resolve)(Resource),
      conditions: Object.fromEntries(conditions),
    };
  });
}

export function rolesOf(template: Template, stackName: string): Readonly<Record<FunctionName, readonly Statement[]>> {
  const roles = FUNCTIONS.map((fn) => {
    const [roleId = ''] = functionOf(template, OUTPUT[`${fn}Function`]).Role['Fn::GetAtt'];
    return [fn, roleOf(template, stackName, roleId)];
  });
  return Object.fromEntries(roles);
}

/** Every single right of a role: each action on each resource, and where partitions are named, on each of them. */
export function grantsOf(role: readonly Statement[]): readonly Request[] {
  return role.flatMap(({ actions, resources, conditions }) => {
    const contexts = Object.values(conditions).flatMap((keys) =>
      Object.entries(keys).flatMap(([key, values]) => values.map((value) => ({ [key]: [value] }))),
    );
    return actions.flatMap((action) =>
      resources.flatMap((resource) =>
        (contexts.length === 0 ? [{}] : contexts).map((context) => ({ action, resource, context })),
      ),
    );
  });
}

const listed =
  (read: (value: Value) => string) =>
  (value: Value): readonly string[] =>
    (Array.isArray(value) ? value : [value]).map(read);

function mapValues<In, Out>(record: Readonly<Record<string, In>>, map: (value: In) => Out): Record<string, Out> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}
