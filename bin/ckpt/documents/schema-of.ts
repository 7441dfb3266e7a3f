import type { z } from 'zod';

/** A type as JSON has it: nothing is read-only, and what was put together of several is one object. */
type Plain<Value> = Value extends object ? { -readonly [Key in keyof Value]: Plain<Value[Key]> } : Value;

/** Whether two types are the very same but for `readonly`: each key, each optional one, each value. */
type Same<A, B> = (<T>() => T extends Plain<A> ? 1 : 2) extends <T>() => T extends Plain<B> ? 1 : 2 ? true : false;

type Differs = 'The schema says something else than the type.';

/**
 * The schema of a type, `schemaOf<Type>()(schema)`: it does not compile where the two differ, so that neither can be changed
 * alone. Two calls, because TypeScript infers all of a call's type arguments or none.
 */
export function schemaOf<Type>() {
  return <Schema extends z.ZodType>(
    schema: Schema & (Same<z.output<Schema>, Type> extends true ? unknown : Differs),
  ): Schema => schema;
}
