import { firstInvisible, lookAlike } from '../text/characters.ts';
import { bytesOf } from './bytes.ts';

/** The parts of a fine-tuned model's id. */
export interface CheckpointName {
  /** The foundation model the id names. */
  readonly base: string;
  readonly organization: string;
  /** Empty when the job had none. */
  readonly suffix: string;
}

/** The key of a checkpoint's history has its name twice, and DynamoDB takes 1,024 bytes. OpenAI's have 60 to 160. */
export const MAX_CHECKPOINT_BYTES = 400;

/** OpenAI's ids have letters, digits, `.`, `_` and `-`; a few more may come. A comma, a quote or a full stop was pasted along. */
const PART = '[\\w.+@~-]';
const CHECKPOINT = new RegExp(`^ft:(${PART}+):(${PART}*):(${PART}*):[\\w.-]*[\\w-](?::ckpt-step-\\d+)?$`);
const FOREIGN = new RegExp(`(?!${PART}|:).`, 'su');
/** What OpenAI itself calls a model is taken in whatever characters: no list of ours may keep a job from being read. */
const MODEL = /^ft:([^:/\s]+):([^:/\s]*):([^:/\s]*):[^:/\s]+(?::ckpt-step-\d+)?$/;

/**
 * Reads `ft:<base>:<org>:<suffix>:<id>[:ckpt-step-<n>]` as a person writes it; undefined for anything else, an
 * `ftckpt_…` id included (the permission API answers 500 to those).
 */
export function parseCheckpointName(checkpoint: string): CheckpointName | undefined {
  return read(CHECKPOINT, checkpoint);
}

/** The same of a name that OpenAI gave. */
export function parseModelName(model: string): CheckpointName | undefined {
  return read(MODEL, model);
}

function read(form: RegExp, name: string): CheckpointName | undefined {
  if (bytesOf(name) > MAX_CHECKPOINT_BYTES) return undefined;
  const [, base, organization, suffix] = form.exec(name) ?? [];
  if (base === undefined || organization === undefined || suffix === undefined) return undefined;
  return { base, organization, suffix };
}

/** The first character that no model id has. */
export function foreignToModelId(text: string): string | undefined {
  return FOREIGN.exec(text)?.[0];
}

/** How a sentence names such a character: one that does not show by its number. */
export function nameForeign(character: string): string {
  const invisible = firstInvisible(character);
  if (invisible) return `an invisible character (${invisible.name})`;
  return /\s/.test(character) ? 'white space' : `the character "${character}"`;
}

/** For the end of a message about a text that is no id: what was pasted along, which may not show; empty for nothing. */
export function foreignNote(text: string): string {
  const character = foreignToModelId(text);
  if (character === undefined) return text.endsWith('.') ? ' It ends in a full stop, which no id does.' : '';
  const similar = lookAlike(character);
  return ` It has ${nameForeign(character)}${similar ? ` (${similar.name})` : ''} in it, which no id has.`;
}
/** As many characters as any id of OpenAI's may have: they go into keys. */
export const MAX_ID_LENGTH = 128;

/** An OpenAI project id, `proj_…`. */
export const PROJECT_ID = /^proj_[A-Za-z0-9_-]{1,123}$/;

/**
 * A fine-tuning job id, `ftjob-…`. The example of OpenAI's own event says `ftjob_abc123`, and so may a test event: whether
 * there is such a job is OpenAI's to say. Goes into a path as it is.
 */
export const JOB_ID = /^ftjob[-_][A-Za-z0-9_-]{1,128}$/;
