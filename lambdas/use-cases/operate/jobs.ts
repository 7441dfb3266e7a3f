import { sourcesOf } from '../../core/policy/policy.ts';
import type { Command } from './command.ts';
import { unknownName } from './filter.ts';

import { listedJob } from './show-job.ts';

/** `jobs`: the jobs of the ledger but those forgotten, one page of the ledger (1 MB) at a time. */
export const jobs: Command<'jobs'> = async ({ ledger, policy }, { source, status, cursor }) => {
  const aliases = sourcesOf(policy).map(({ alias }) => alias);
  const page = await ledger.listJobs(cursor);
  // A source that is no more in the policy may still have jobs here.
  const known = new Set([...aliases, ...page.items.map((job) => job.source)]);
  for (const alias of source) {
    if (cursor === null && page.cursor === null && !known.has(alias)) throw unknownName('source', alias, [...known]);
  }
  const fits = (values: readonly string[], value: string) => values.length === 0 || values.includes(value);
  const found = page.items.filter((job) => !job.forgotten && fits(source, job.source) && fits(status, job.status));
  return { jobs: found.map(listedJob), cursor: page.cursor };
};
