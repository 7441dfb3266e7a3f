import { stringify } from 'yaml';
import type { Pin } from '../../../lambdas/core/policy/policy.ts';

/** Pins as items of a YAML list in block style, two lines a pin, without a line break at the end. */
export function blockItems(pins: readonly Pin[], indent: string, newline = '\n'): string {
  return pins
    .map(({ checkpoint, to }) => {
      return `${indent}- checkpoint: ${scalar(checkpoint)}${newline}${indent}  to: [${to.map(scalar).join(', ')}]`;
    })
    .join(newline);
}

/** Pins as items of a YAML list in flow style, one text a pin; JSON, too. */
export function flowItems(pins: readonly Pin[]): readonly string[] {
  return pins.map(({ checkpoint, to }) => {
    const names = to.map((name) => JSON.stringify(name)).join(', ');
    return `{ "checkpoint": ${JSON.stringify(checkpoint)}, "to": [${names}] }`;
  });
}

/** In quotes where it would be read as something else than a text: an alias may be called `null` or `123`. */
function scalar(text: string): string {
  return stringify(text, { lineWidth: 0 }).trimEnd();
}
