import type { SchemaObject } from 'ajv/dist/2020.js';
import { problemsIn } from '../published-schema.ts';

/**
 * What a schema allows and none of the values shows: a list that is never anything but empty, a value that is never null
 * or never anything else, a key that is always or never there, a form that nothing has. Only then is a schema known to be
 * right: where nothing was held against it, it may say anything.
 */
export function unseenIn(schema: SchemaObject, values: readonly unknown[], at = ''): readonly string[] {
  const forms: readonly SchemaObject[] = schema.anyOf ?? schema.oneOf ?? formsOf(schema);
  if (forms.length > 1) {
    return forms.flatMap((form, index) => {
      const fitting = values.filter((value) => problemsIn(form, value).length === 0);
      if (fitting.length === 0) return [`${at} is never ${form.type ?? 'of form'} (${index})`];
      return unseenIn(form, fitting, at);
    });
  }
  if (schema.type === 'array') return unseenItems(schema, values as readonly unknown[][], at);
  if (schema.type === 'object') return unseenKeys(schema, values as readonly Record<string, unknown>[], at);
  return [];
}

/** A value that is null or not is of two forms. */
function formsOf(schema: SchemaObject): readonly SchemaObject[] {
  return Array.isArray(schema.type) ? schema.type.map((type: string) => ({ ...schema, type })) : [schema];
}

function unseenItems({ items, maxItems }: SchemaObject, lists: readonly unknown[][], at: string): readonly string[] {
  if (maxItems === 0) return [];
  const found = lists.flat();
  return found.length === 0 ? [`${at}[] is always empty`] : unseenIn(items, found, `${at}[]`);
}

function unseenKeys(schema: SchemaObject, objects: readonly Record<string, unknown>[], at: string): readonly string[] {
  const { properties = {}, required = [], additionalProperties } = schema;
  const keys = Object.entries<SchemaObject>(properties).flatMap(([key, property]) => {
    const having = objects.filter((object) => Object.hasOwn(object, key));
    const path = `${at}.${key}`;
    if (having.length === 0) return [`${path} is never there`];
    const always = !required.includes(key) && having.length === objects.length ? [`${path} is always there`] : [];
    return [
      ...always,
      ...unseenIn(
        property,
        having.map((object) => object[key]),
        path,
      ),
    ];
  });
  if (typeof additionalProperties !== 'object') return keys;
  const named = objects.flatMap((object) => Object.values(object));
  return named.length === 0 ? [`${at}.* is never there`] : unseenIn(additionalProperties, named, `${at}.*`);
}
