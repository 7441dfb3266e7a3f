import type { PauseStatus } from '../../../lambdas/shared/contract/operator.ts';
import { pauseStatus } from '../../../lambdas/shared/contract/pause.ts';
import { ask } from '../ask.ts';
import { collect } from '../options.ts';
import type { CliCommand } from '../session.ts';
import { oneLine } from '../text/paint.ts';
import { showTime } from '../text/times.ts';

interface PauseOptions {
  readonly rule?: readonly string[];
  readonly source?: readonly string[];
  readonly reason?: string;
}

export const pause: CliCommand<PauseOptions> = {
  document: pauseStatus,
  define: (program) =>
    program
      .command('pause')
      .description('let a rule, a source or everything rest, at once and without a deploy; jobs go on being recorded')
      .option('--rule <name>', 'only what this rule wants', collect)
      .option('--source <alias>', 'only checkpoints of this source project', collect)
      .option('--reason <text>', 'why, for whoever sees it'),

  async run(session, { rule = [], source = [], reason }) {
    const paused = await ask(session, { command: 'pause', rules: rule, sources: source, why: reason ?? null });
    return { document: paused, text: () => `${showPaused(paused)}"ckpt resume" lets it go on.\n` };
  },
};

export const resume: CliCommand<Omit<PauseOptions, 'reason'>> = {
  document: pauseStatus,
  define: (program) =>
    program
      .command('resume')
      .description('let go on what was paused, with all that has waited; without an option: everything')
      .option('--rule <name>', 'only this rule', collect)
      .option('--source <alias>', 'only this source project', collect),

  async run(session, { rule = [], source = [] }) {
    const left = await ask(session, { command: 'resume', rules: rule, sources: source });
    return { document: left, text: () => showPaused(left) || 'Nothing is paused any more.\n' };
  },
};

/** One line a pause; empty where nothing is paused. */
export function showPaused({ all, rules, sources }: PauseStatus): string {
  const lines = [
    ...(all === null ? [] : [{ what: 'Everything', ...all }]),
    ...rules.map(({ rule, ...word }) => ({ what: `Rule "${rule}"`, ...word })),
    ...sources.map(({ source, ...word }) => ({ what: `Source ${source}`, ...word })),
  ].map(({ what, at, by, why }) => {
    const because = why === null ? '' : `: ${oneLine(why)}`;
    return `${what} is paused since ${showTime(at)}${by === null ? '' : ` by ${by}`}${because}\n`;
  });
  return lines.join('');
}
