/** When the fine-tunes of some base models shut down, as far as it was known when this was written. */
export interface KnownDate {
  /** Globs for base models. */
  readonly baseModels: readonly string[];
  /** `YYYY-MM-DD` */
  readonly date: string;
  readonly source: string;
  /** The day of the knowledge, `YYYY-MM-DD`: later announcements are not in it. */
  readonly knownOn: string;
}

/**
 * For what OpenAI's API names no date of. Only base models that could be fine-tuned; OpenAI says of fine-tuned models that
 * they go when their base does. Most are written out: `gpt-4o*` would also be the audio models, and `gpt-4.1*` the nano one,
 * which have dates of their own.
 */
export const KNOWN_DATES: readonly KnownDate[] = [
  {
    baseModels: [
      'gpt-4o',
      'gpt-4o-2024-08-06',
      'gpt-4o-2024-11-20',
      'gpt-4o-mini',
      'gpt-4o-mini-2024-07-18',
      'gpt-4.1',
      'gpt-4.1-2025-04-14',
      'gpt-4.1-mini',
      'gpt-4.1-mini-2025-04-14',
    ],
    date: '2027-01-14',
    source: 'OpenAI on 2026-10-14 (developers.openai.com/api/docs/deprecations), as several others report it',
    knownOn: '2026-11-05',
  },
  {
    baseModels: [
      'gpt-3.5-turbo*',
      'gpt-4',
      'gpt-4-*',
      'gpt-4o-2024-05-13',
      'gpt-4.1-nano',
      'gpt-4.1-nano-2025-04-14',
      'o4-mini',
      'o4-mini-2025-04-16',
      'babbage-002',
      'davinci-002',
    ],
    date: '2026-10-23',
    source: 'OpenAI on 2026-04-22 (developers.openai.com/api/docs/deprecations)',
    knownOn: '2026-10-01',
  },
];
