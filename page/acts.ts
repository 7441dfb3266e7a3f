import { ask } from './ask.ts';
import {
  type Act,
  type Outcome,
  type Terms,
  tellAdopt,
  tellHeld,
  tellPause,
  tellRepair,
  tellRevoke,
  tellShare,
} from './model/acts.ts';

const DAY_MS = 86_400_000;

/** Does it, or with `dryRun` only asks what that would do, by the command of the operator function. Throws `AskError`. */
export async function perform(act: Act, { withhold, days, why }: Terms, dryRun: boolean): Promise<Outcome> {
  if ('rest' in act) {
    const { rule, source } = act.rest;
    const rest = { rules: rule === undefined ? [] : [rule], sources: source === undefined ? [] : [source], dryRun };
    const paused = act.kind === 'pause' ? await ask('pause', { ...rest, why: why || null }) : await ask('resume', rest);
    return tellPause(act.kind, act.rest, paused);
  }
  const { kind, checkpoint } = act;
  const projects = act.projects.map(({ projectId }) => projectId);
  switch (kind) {
    case 'share': {
      const expiresAt = days === null ? null : new Date(Date.now() + days * DAY_MS).toISOString();
      return tellShare(await ask('share', { checkpoint, projects, expiresAt, dryRun }));
    }
    case 'revoke':
      return tellRevoke(await ask('revoke', { checkpoint, projects, withhold, dryRun }));
    case 'adopt':
      return tellAdopt(await ask('adopt', { checkpoint, projects, dryRun }));
    case 'repair':
      return tellRepair(await ask('repair', { checkpoint, project: projects, dryRun }));
    default:
      return tellHeld(await ask('ignore', { checkpoint, projects, undo: kind === 'unignore', dryRun }));
  }
}
