import type { PermissionState } from '../../lambdas/core/model/permission.ts';
import type { Paint, Style } from './paint.ts';

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
