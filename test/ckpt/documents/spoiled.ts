import { METRICS } from '../../../lambdas/core/model/job.ts';

/** Keys that may be left out. */
const OPTIONAL: readonly string[] = ['deployed', 'written', ...METRICS];
/** Keys under which people's own keys are. */
const OPEN: readonly string[] = ['metadata'];

/** Every way to give one object of a document a key too many or one too few, each with the document that it makes. */
export function spoiled(document: unknown, at = ''): readonly (readonly [how: string, document: unknown])[] {
  if (Array.isArray(document)) {
    return document.flatMap((item, index) =>
      spoiled(item, `${at}/${index}`).map(([how, other]) => [how, document.with(index, other)] as const),
    );
  }
  if (typeof document !== 'object' || document === null) return [];
  const entries = Object.entries(document);
  return [
    [`${at} with unheardOf`, { ...document, unheardOf: null }] as const,
    ...entries
      .filter(([key]) => !OPTIONAL.includes(key))
      .map(([key]) => [`${at} without ${key}`, without(document, key)] as const),
    ...entries
      .filter(([key]) => !OPEN.includes(key))
      .flatMap(([key, value]) =>
        spoiled(value, `${at}/${key}`).map(([how, other]) => [how, { ...document, [key]: other }] as const),
      ),
  ];
}

function without(document: object, key: string): object {
  return Object.fromEntries(Object.entries(document).filter(([other]) => other !== key));
}
