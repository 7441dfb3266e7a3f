import type { Template } from 'aws-cdk-lib/assertions';

/** A value of a CloudFormation template: a literal or an intrinsic function. */
export type Value = string | number | boolean | null | readonly Value[] | { readonly [key: string]: Value };

type Properties = { readonly [key: string]: Value };

/** What the tests read of a function. */
export interface FunctionProperties {
  readonly FunctionName?: string;
  readonly Code: { readonly S3Key: string };
  readonly LoggingConfig: { readonly LogGroup: Value };
  readonly Role: { readonly 'Fn::GetAtt': readonly string[] };
  readonly Environment: { readonly Variables: Readonly<Record<string, Value>> };
  readonly Timeout: number;
}

export interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: Value;
  readonly Condition?: { readonly [operator: string]: { readonly [key: string]: Value } };
}

/** The properties of every resource of a type, by logical id. */
export function propertiesOf(template: Template, type: string): Record<string, Properties> {
  const resources = template.findResources(type);
  return Object.fromEntries(Object.entries(resources).map(([id, { Properties }]) => [id, Properties as Properties]));
}

/** The logical id of what an output refers to. */
export function outputRef(template: Template, output: string): string {
  const value = template.toJSON().Outputs?.[output]?.Value;
  const resource = value?.Ref ?? value?.['Fn::GetAtt']?.[0];
  if (typeof resource !== 'string') throw new Error(`Output ${output} refers to no resource`);
  return resource;
}

/** The function that an output names. */
export function functionOf(template: Template, output: string): FunctionProperties {
  return template.findResources('AWS::Lambda::Function')[outputRef(template, output)]?.Properties;
}

/** Every statement of every policy attached to a role, which is named by its logical id. */
export function statementsOf(template: Template, roleId: string): Statement[] {
  const role = JSON.stringify({ Ref: roleId });
  const policies = Object.values(propertiesOf(template, 'AWS::IAM::Policy'));
  return policies
    .filter(({ Roles }) => (Roles as Value[]).some((attached) => JSON.stringify(attached) === role))
    .flatMap(({ PolicyDocument }) => (PolicyDocument as unknown as { Statement: Statement[] }).Statement);
}

/** A reference as readable text. */
export function nameOf(value: Value): string {
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return value.map(nameOf).join(', ');
  const { Ref, 'Fn::GetAtt': attribute, 'Fn::Join': join } = value as Properties;
  if (typeof Ref === 'string') return withoutHash(Ref);
  if (Array.isArray(attribute)) return withoutHash(String(attribute[0]));
  if (Array.isArray(join)) return (join[1] as Value[]).map(nameOf).join('');
  return JSON.stringify(value);
}

function withoutHash(logicalId: string): string {
  return logicalId.replace(/[0-9A-F]{8}$/, '');
}
