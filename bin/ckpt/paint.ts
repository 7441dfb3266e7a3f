import { styleText } from 'node:util';

export type Style = 'bold' | 'dim' | 'green' | 'yellow' | 'red';

/** Puts a colour on text, or leaves it as it is. */
export type Paint = (style: Style, text: string) => string;

export function createPaint(enabled: boolean): Paint {
  return (style, text) => (enabled ? styleText(style, text, { validateStream: false }) : text);
}
