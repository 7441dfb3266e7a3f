import { z } from 'zod';

/** What a published schema is called. */
export interface SchemaName {
  /** Absolute: it stands for the schema wherever the file is. */
  readonly id: string;
  readonly title: string;
}

/** The JSON Schema (draft 2020-12) of what JSON has of a schema's values. */
export function jsonSchemaOf(schema: z.ZodType, { id, title }: SchemaName): object {
  const { $schema, description, ...rest } = z.toJSONSchema(schema, {
    target: 'draft-2020-12',
    override: ({ jsonSchema }) => {
      // The bounds of what a JavaScript number counts exactly say nothing of the value.
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
      // The draft wants one item at least here; for an empty list `items: false` says it all.
      if (jsonSchema.prefixItems?.length === 0) delete jsonSchema.prefixItems;
    },
  });
  return { $schema, $id: id, title, description, ...rest };
}
