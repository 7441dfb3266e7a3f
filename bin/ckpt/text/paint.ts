import { styleText } from 'node:util';
import type { PermissionState } from '../../../lambdas/core/model/permission.ts';

export type Style = 'bold' | 'dim' | 'green' | 'yellow' | 'red';

/** Puts a colour on text, or leaves it as it is. */
export type Paint = (style: Style, text: string) => string;

export function createPaint(enabled: boolean): Paint {
  return (style, text) => (enabled ? styleText(style, text, { validateStream: false }) : text);
}

/** Text as one line. What others wrote may hold control characters, which a terminal would obey. */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\s]+/gu, ' ').trim();
}

const STYLE_OF: Readonly<Record<PermissionState, Style>> = {
  pending: 'yellow',
  unknown: 'yellow',
  active: 'green',
  drifted: 'red',
  rejected: 'red',
  orphaned: 'dim',
  revoking: 'yellow',
  revoked: 'dim',
  foreign: 'dim',
};

/** Puts the colour of a state on text. */
export function paintState(paint: Paint, state: PermissionState, text: string): string {
  return paint(STYLE_OF[state], text);
}
