import { addressOf } from './address.ts';
import { type Instance, isOfInterest } from './instance.ts';
import { type Fields, fieldsOf, isFields } from './json.ts';
import { noState, unusable } from './unusable.ts';

/**
 * The instances in the output of `terraform show -json`, of a state or of a plan. Of a plan its prior state counts: what
 * it is about to make is not there yet.
 */
export function instancesOfShowOutput(document: Fields, source: string): readonly Instance[] {
  const { format_version: version } = document;
  // The major version changes with whatever would be read wrongly.
  if (!/^[01]\./.test(String(version))) {
    throw unusable(
      `${source} is the output of a "terraform show -json" of a form that this command does not know.`,
      'Run "terraform state pull > FILE", and name that file.',
    );
  }
  const values = valuesOf(document, source);
  if (values === undefined) return [];
  if (!isFields(values) || !isFields(values.root_module)) throw noState(source);
  return instancesBelow(values.root_module, source);
}

/** Undefined where the state is empty. */
function valuesOf(document: Fields, source: string): unknown {
  if ('values' in document) return document.values;
  if ('prior_state' in document) return fieldsOf(document.prior_state).values;
  const isEmpty = Object.keys(document).every((key) => ['format_version', 'terraform_version'].includes(key));
  if (isEmpty || 'planned_values' in document) return undefined;
  const isSchemas = 'provider_schemas' in document;
  throw noState(source, isSchemas ? 'the output of "terraform providers schema -json"' : undefined);
}

/** Not by recursion: a text made for it would nest modules deeper than the stack is. */
function instancesBelow(root: Fields, source: string): readonly Instance[] {
  const instances: Instance[] = [];
  const waiting: Fields[] = [root];
  for (let module = waiting.pop(); module !== undefined; module = waiting.pop()) {
    const { address, resources = [], child_modules: children = [] } = module;
    if (!Array.isArray(resources) || !Array.isArray(children)) throw noState(source);
    for (const resource of resources.map(fieldsOf).filter(isOfInterest)) instances.push(instanceOf(address, resource));
    for (const child of children.toReversed()) waiting.push(fieldsOf(child));
  }
  return instances;
}

function instanceOf(module: unknown, { type, name, index, values, deposed_key: deposed }: Fields): Instance {
  return {
    address: addressOf(module, String(type), name, index),
    type: String(type),
    isDeposed: typeof deposed === 'string',
    attributes: isFields(values) ? values : null,
  };
}
