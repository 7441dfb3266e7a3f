import { type Bill, count } from './bill.ts';
import type { MeasuredRuns, Run } from './measure.ts';
import { ASSUMED, PRICES } from './prices.ts';

const dollars = (amount: number) => `$${amount.toFixed(2)}`;

/** What the README says of it. */
export function costSentence(bills: readonly Bill[]): string {
  const each = bills.map((bill) => `$${count(bill.dollars)} at ${count(bill.checkpoints)}`);
  return `AWS: ${each.slice(0, -1).join(', ')} and ${each.at(-1)} checkpoints a month ([how that is made up](docs/cost.md))`;
}

/** `docs/cost.md`. */
export function costDocument(bills: readonly Bill[], runs: MeasuredRuns): string {
  const { newAMonth, targets, daysAMonth, seconds, secondsAnAdminCall, bytesACheckpoint, logBytes, polls } = ASSUMED;
  const [smallest] = bills;
  const lines = smallest?.items.map(({ what }, at) => {
    const cells = bills.map(({ items }) => `${dollars(items[at]?.dollars ?? 0)}<br>${items[at]?.amount ?? ''}`);
    return `| ${what} | ${cells.join(' | ')} |`;
  });
  const row = (what: string, { readUnits, writeUnits, secrets, messages, events }: Run) =>
    `| ${what} | ${readUnits} | ${writeUnits} | ${secrets} | ${messages} | ${events} |`;
  return `# What a month costs

Written by \`npm run cost\`, which runs the functions as they are wired and counts what each asks of AWS, takes what stands all month from the
stack's template, and multiplies. In us-east-1, one source, ${targets} targets a checkpoint, ${newAMonth * 100} % of the checkpoints new within the month, a
month of ${daysAMonth} days, nothing deducted that an account has free (the first ten alarms and three dashboards, a million requests to SQS and to Lambda, and more).

| | ${bills.map(({ checkpoints }) => `${count(checkpoints)} checkpoints`).join(' | ')} |
|---|${bills.map(() => '---:|').join('')}
${lines?.join('\n')}
| **together** | ${bills.map((bill) => `**${dollars(bill.dollars)}**`).join(' | ')} |

A customer KMS key, rotation (one alarm more), VPC endpoints, an alarm topic's e-mails, rules on the bus and data sent to OpenAI (some KB a call) are not in it.
What a person asks (\`ckpt status\`, \`list\`, \`plan\`) costs less than a cent each time.

## What is counted

| a run | read units | write units | requests to Secrets Manager | messages | events |
|---|---:|---:|---:|---:|---:|
${[
  row('webhook: an event of OpenAI', runs.shared.webhook),
  row('observe: a job that has ended', runs.shared.observe),
  row('share: a new checkpoint', runs.shared.share),
  row('publish: what was done', runs.shared.publish),
  row('share: a tick, nothing due', runs.ticks.share),
  row('observe: a tick, nothing due', runs.ticks.observe),
  row('publish: a tick, nothing to tell', runs.ticks.publish),
  row('keys: a tick', runs.ticks.keys),
  row('keys: once a day', runs.keysDaily),
  row('share: the audit log, once a sweep', runs.audit),
  row(`share: the same with ${runs.lists} checkpoints to verify`, runs.verifying),
].join('\n')}

What a sweep and the daily pass over the whole ledger read and write at each size, \`npm run bench:sweep\` measures ([sizes](sizes.md)).

## What is assumed

- Seconds of a run: ${Object.entries(seconds)
    .map(([name, each]) => `${name} ${each}`)
    .join(', ')}; of an admin call ${secondsAnAdminCall}, for share waits for its slot.
- ${count(bytesACheckpoint)} bytes a checkpoint in the table, with its job, events and permission ids; ${count(logBytes.run)} bytes of logs an invocation and ${logBytes.line} a line.
- Lambda polls the empty queue with ${polls} long polls at a time.
- Every checkpoint is verified once a day, as far as \`verifyPerMinute\` allows.
- Prices beyond all free tiers: ${Object.values(PRICES)
    .map(({ page }) => page)
    .join(', ')}.
`;
}
