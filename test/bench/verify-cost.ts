import { measure } from 'mitata';
import { median, round } from './median.ts';
import type { Section } from './section.ts';
import { renderTable } from './table.ts';
import { takers, VERIFIERS, type Verifier, WORKS, type Work } from './verifiers.ts';

const SIZES = [
  { body: '200 B', bytes: 200 },
  { body: '64 KB', bytes: 64 * 1024 },
];
const ROUNDS = 5;
/** A tenth of a second a round; mitata's batches of 4096 would make one of slow work last for seconds. */
const ROUND = { min_cpu_time: 100e6, batch_samples: 128 };

interface Cost {
  readonly body: string;
  readonly work: Work;
  readonly verifier: Verifier;
  /** Median time of one delivery. */
  readonly microseconds: number;
  /** This time as a multiple of ours for the same body and work. */
  readonly timesOurs: number;
}

/** What it costs to verify one delivery, beside the two packages that people use for it. */
export async function benchVerify(): Promise<Section> {
  const rows: Cost[] = [];
  for (const { body, bytes } of SIZES) {
    await refuseForgeries(bytes);
    for (const work of WORKS) rows.push(...(await compare(body, bytes, work)));
  }
  const text = renderTable(
    'Webhook verification, beside standardwebhooks and openai on the same signed bytes',
    [
      { head: 'body', cell: ({ body }) => body },
      { head: 'work', cell: ({ work }) => work, meaning: 'the signature alone, or then the event out of the body too' },
      { head: 'by', cell: ({ verifier }) => verifier },
      { head: 'µs', cell: ({ microseconds }) => microseconds.toFixed(1), meaning: 'median time of one delivery' },
      {
        head: '× ours',
        cell: ({ timesOurs }) => timesOurs.toFixed(2),
        meaning: 'that time over ours; above 1 is slower',
      },
    ],
    rows,
  );
  return { name: 'verify', rows, text, limits: [] };
}

async function compare(body: string, bytes: number, work: Work): Promise<Cost[]> {
  const times: Record<Verifier, number[]> = { ours: [], standardwebhooks: [], openai: [] };
  const take = takers(bytes)[work];
  // In turns, so that a busy moment of the machine does not meet one of them only.
  for (let round = 0; round < ROUNDS; round++) {
    for (const verifier of VERIFIERS) {
      times[verifier].push((await measure(take[verifier], ROUND)).p50);
    }
  }
  const ours = median(times.ours);
  return VERIFIERS.map((verifier) => {
    const nanoseconds = median(times[verifier]);
    return {
      body,
      work,
      verifier,
      microseconds: round(nanoseconds / 1000, 2),
      timesOurs: round(nanoseconds / ours, 2),
    };
  });
}

/** A verifier that takes everything would be fast: each must take what is measured and refuse the same thing forged. */
async function refuseForgeries(bytes: number): Promise<void> {
  for (const work of WORKS) {
    for (const verifier of VERIFIERS) {
      await takers(bytes)[work][verifier]();
      const taken = await Promise.try(takers(bytes, true)[work][verifier]).then(
        () => true,
        () => false,
      );
      if (taken) throw new Error(`${verifier} takes a forged body of ${bytes} bytes: there is nothing to compare.`);
    }
  }
}
