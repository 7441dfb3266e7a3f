import { CliError } from '../errors.ts';
import { hasKey } from '../pasted-key.ts';

/** OpenAI's id of a key; throws `CliError` for anything else, and does not repeat what may be a key. */
export function readKeyId(word: string, command: string): string {
  if (/^key_[A-Za-z0-9_-]+$/.test(word)) return word;
  if (word.includes('/') && hasKey(word.slice(word.lastIndexOf('/') + 1))) throw imported(command);
  if (hasKey(word)) throw notTheKey(command);
  throw new CliError({
    name: 'KeyIdError',
    message: `"${word}" is no id of a key.`,
    next: `Write OpenAI's id, key_…: "ckpt ${command} list" shows them.`,
  });
}

/** As Terraform's import has it: ORGANISATION/KEY, or ORGANISATION/PROJECT/KEY. */
function imported(command: string): CliError {
  return new CliError({
    name: 'PastedKeyError',
    message: "That is the form of Terraform's import, with the key itself in it; the key is not repeated here.",
    next: `Nothing has to be imported: "ckpt ${command} list" shows every key with its id. If a system is to go on with this very key, put it into a secret. It may be in the history of this shell now: take it out there, or delete the key.`,
  });
}

function notTheKey(command: string): CliError {
  return new CliError({
    name: 'PastedKeyError',
    message: 'That is a key and not its id; it is not repeated here.',
    next: `Write its id, key_…: "ckpt ${command} list" shows them. It may be in the history of this shell now: take it out there, or delete the key.`,
  });
}
