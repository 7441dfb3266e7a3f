import { JOB_ID } from '../../core/model/ids.ts';
import type { Command } from './command.ts';
import { expectCheckpoint, noJob } from './no-such.ts';
import { BadRequestError } from './problem.ts';
import { quoted } from './read-request.ts';
import { showCheckpoint } from './show-checkpoint.ts';
import { describeJob } from './show-job.ts';

/** `show`: what is known of a checkpoint, of the checkpoint of a permission, or of a job. */
export const show: Command<'show'> = async (deps, { what, live }) => {
  const { ledger } = deps;
  if (JOB_ID.test(what)) {
    const job = await ledger.getJob(what);
    if (job === undefined) throw noJob(what);
    return { kind: 'job', job: await describeJob(deps, job) };
  }
  const checkpoint = what.startsWith('cp_') ? (await ledger.findPermission(what))?.checkpoint : what;
  if (checkpoint === undefined) {
    throw new BadRequestError(
      `The ledger has no permission ${quoted(what)}.`,
      `If it is at OpenAI, "ckpt adopt ${what}" takes it over.`,
    );
  }
  expectCheckpoint(checkpoint);
  const known = await ledger.getCheckpoint(checkpoint);
  if (known === undefined && !live) {
    throw new BadRequestError(
      `The ledger has no checkpoint ${quoted(checkpoint)}.`,
      'With --live OpenAI is asked what it has; "ckpt list" shows what is tracked.',
    );
  }
  return { kind: 'checkpoint', checkpoint: await showCheckpoint(deps, checkpoint, live, known) };
};
