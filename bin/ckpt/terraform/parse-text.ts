import { parseJson } from '../aws/operator-function.ts';
import { type Fields, isFields } from './json.ts';
import { noState, unusable } from './unusable.ts';

/** Colours and their like. */
const ESCAPES = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g');
/** What hashicorp/setup-terraform writes around the output of a command, for the runner or as its log shows it. */
const WRAPPER = /^(?:\[command\]|::[a-z-]+(?: [^:\n]*)?::|##\[)/m;
/** Right behind the output, where that did not end its last line. */
const BEHIND = /(?<=\})(?=::(?:debug|set-output)\b)/g;
/** The time in front of each line of a job's log. */
const LOG_TIME = /^\d{4}-\d\d-\d\dT[\d:.]+Z /gm;
/** What a ZIP archive begins with, which is the form of a saved plan. */
const ZIP = 'PK\u0003\u0004';

/** The JSON object of a text; throws `CliError` for all that people take for a state by mistake. */
export function parseText(text: string, source: string): Fields {
  if (text.trim() === '') throw unusable(`${source} is empty: there is no state yet, or what was to write it failed.`);
  const whole = parseJson(text);
  const document = whole === undefined ? parseJson(withoutSurroundings(text)) : whole;
  if (document === undefined) throw notJson(text.replaceAll(ESCAPES, ''), source);
  if (isFields(document)) return document;
  throw noState(source);
}

/** From the first line that opens an object to the last that closes one, without what wrappers and shells say around it. */
function withoutSurroundings(text: string): string {
  const lines = text.replaceAll(ESCAPES, '').replaceAll(LOG_TIME, '').replaceAll(BEHIND, '\n').split(/\r?\n/);
  const last = lines.findLastIndex((line) => /\}\s*$/.test(line) && !WRAPPER.test(line));
  const first = lines.findIndex((line) => line.startsWith('{'));
  return first < 0 ? '' : lines.slice(first, last + 1).join('\n');
}

/** What else it may be, the first that fits. */
const OTHERS: readonly { readonly form: RegExp; readonly what: string; readonly next?: string }[] = [
  {
    form: /Error acquiring the state lock|Error locking state/,
    what: 'is what Terraform said when the state was locked by somebody else, not the state',
    next: 'Wait until nobody else runs Terraform on it, run "terraform state pull > FILE" again, and name that file.',
  },
  { form: /^[│╷|\s]*Error: /m, what: 'is an error message of Terraform, not a state: it says why' },
  {
    form: WRAPPER,
    what: 'has the lines of the setup-terraform wrapper in it, and no whole state between them',
    next: 'Set "terraform_wrapper: false" at hashicorp/setup-terraform, run "terraform state pull > FILE" again, and name that file.',
  },
  {
    form: /^\s*<(?:!doctype html|html)\b/i,
    what: 'is an HTML page, such as a sign-in page that came in the place of the state',
  },
  { form: /^\s*<\?xml/i, what: 'is XML, such as the error of a bucket that came in the place of the state' },
  {
    form: /^version https:\/\/git-lfs/,
    what: 'is a pointer of Git LFS, not the state itself',
    next: 'Run "git lfs pull", and name the file again.',
  },
  {
    form: /^(?:No state\.|The state file is empty)/m,
    what: 'is what "terraform show" says of an empty state',
  },
  {
    form: /^[ \t]*(?:check|data|import|locals|module|moved|output|provider|removed|resource|terraform|variable)\b[^\n]*\{/m,
    what: 'is written in Terraform\'s own language: a configuration, or "terraform show" without -json',
  },
];

function notJson(text: string, source: string): Error {
  if (text.startsWith(ZIP)) {
    return unusable(
      `${source} is a saved plan (or another ZIP archive), which only Terraform can read.`,
      'Run "terraform show -json PLAN > FILE", and name that file.',
    );
  }
  const other = OTHERS.find(({ form }) => form.test(text));
  return unusable(`${source} ${other?.what ?? 'is not JSON, or is cut off'}.`, other?.next);
}
