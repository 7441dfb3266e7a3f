import { parseJson } from '../aws/operator-function.ts';
import { plainText, statesBehindPrefix, statesIn } from './embedded.ts';
import { type Fields, isFields } from './json.ts';
import { noState, unusable } from './unusable.ts';

/** What hashicorp/setup-terraform writes around the output of a command, for the runner or as its log shows it. */
const WRAPPER = /^(?:\[command\]|::[a-z-]+(?: [^:\n]*)?::|##\[)/m;
/** A plan, the end of an apply, and what goes before both. */
const PRINTED =
  /^\s*(?:[+~-]|-\/\+|\+\/-|<=) (?:resource|data) "|^\s*Terraform will perform the following actions|^Plan: \d+ to |^(?:No changes|Apply complete|Destroy complete)\b|: (?:Refreshing state|Creating|Reading|Modifying|Destroying)\.\.\.|^Initializing (?:the backend|provider|modules)/m;
/** What a ZIP archive begins with, which is the form of a saved plan. */
const ZIP = 'PK\u0003\u0004';

/** The JSON object of a text; throws `CliError` for all that people take for a state by mistake. */
export function parseText(text: string, source: string): Fields {
  if (text.trim() === '') throw unusable(`${source} is empty: there is no state yet, or what was to write it failed.`);
  const document = parseJson(text.trim());
  // As jq, or the toJSON of a workflow, writes what was a text before.
  if (typeof document === 'string' && document.trimStart().startsWith('{')) return parseText(document, source);
  if (isFields(document)) return document;
  if (document !== undefined) throw noState(source);
  const plain = plainText(text);
  const bare = statesIn(plain);
  const states = bare?.length === 0 ? statesBehindPrefix(plain) : bare;
  const [state] = states ?? [];
  if (states === null || state === undefined) throw notJson(plain, source, states === null);
  if (states.length === 1) return state;
  throw unusable(
    `${source} is not JSON as a whole: it holds ${states.length} states.`,
    'Name a file with one of them.',
  );
}

interface Other {
  readonly form: RegExp;
  readonly what: string;
  readonly next?: string;
  /** Also of a text with a state in it that is not whole. */
  readonly aroundPart?: true;
}

/** What else it may be, the first that fits. */
const OTHERS: readonly Other[] = [
  {
    form: /^\{"@level":/m,
    what: 'is not JSON as a whole: it is the log of a command with -json, such as "terraform plan -json"',
    next: 'Run "terraform state pull > FILE" or "terraform show -json > FILE", and name that file.',
  },
  {
    form: /Error acquiring the state lock|Error locking state/,
    what: 'is what Terraform said when the state was locked by somebody else, not the state',
    next: 'Wait until nobody else runs Terraform on it, run "terraform state pull > FILE" again, and name that file.',
  },
  {
    form: /^(?:An error occurred \(\w+\) when calling|fatal error: |ERROR: \(gcloud|(?:bash|sh|zsh): .*: Permission denied)/m,
    what: 'is an error message of the tool that was to get the state: it says why',
  },
  { form: /^[│╷|\s]*Error: /m, what: 'is an error message of Terraform, not a state: it says why' },
  {
    form: PRINTED,
    what: 'is what Terraform prints for people, such as "terraform plan" or "terraform show" without -json, in Terraform\'s own language',
  },
  {
    form: WRAPPER,
    aroundPart: true,
    what: 'has the lines of the setup-terraform wrapper in it, and no whole state between them',
    next: 'Set "terraform_wrapper: false" at hashicorp/setup-terraform, run "terraform state pull > FILE" again, and name that file.',
  },
  {
    form: /\0/,
    aroundPart: true,
    what: 'holds bytes that are no text (U+0000), such as those of an archive, or of a text that was converted wrongly',
  },
  {
    form: /^(?:<{7}|>{7}) /m,
    aroundPart: true,
    what: 'holds the marks of a merge that was not finished (<<<<<<<), and so no state that Terraform would read',
  },
  {
    form: /^[^{\n]*(?:command not found|No such file or directory|is not recognized as)/m,
    what: 'is what a shell said when it did not find Terraform, not the state',
  },
  {
    form: /^(?:ey[IJ]|ewo|ew0|H4sI)[\w+/\s]*=*\s*$/,
    what: 'is encoded in base64',
    next: 'Decode it (base64 -d FILE > OTHER), and name what comes out.',
  },
  { form: /^No state file was found/m, what: 'is what Terraform says where there is no state' },
  {
    form: /^(?:(?:module\.[^\s]+\.|data\.)?[a-z][a-z0-9]*_[a-z0-9_]+\.[^\s]+\s*)+$/,
    what: 'is the output of "terraform state list", which holds no more than addresses',
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
  {
    form: /^\S+ += (?:".*"|<sensitive>|\[|\{|<<EOT)$/m,
    what: 'is the output of "terraform output", or the values of variables: neither holds resources',
  },
];

/** `text` is plain; `isPart` tells that a state in it is not whole. */
function notJson(text: string, source: string, isPart: boolean): Error {
  if (text.startsWith(ZIP)) {
    return unusable(
      `${source} is a saved plan (or another ZIP archive), which only Terraform can read.`,
      'Run "terraform show -json PLAN > FILE", and name that file.',
    );
  }
  const other = OTHERS.find(({ form, aroundPart = !isPart }) => aroundPart && form.test(text));
  return unusable(`${source} ${other?.what ?? 'is not JSON, or is cut off'}.`, other?.next);
}
