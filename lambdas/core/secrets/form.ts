import { holdsKey } from '../model/key-shape.ts';

/** Words in place of a secret. Only what nobody has for a key: gateways are served with `dummy`, `none` and `test`. */
const PLACEHOLDER =
  /^(?:sk-(?:proj-|admin-|svcacct-)?|whsec_)?[\W_]*(?:change[\W_]*(?:me|it|this)|replace[\W_]*(?:me|this)?|placeholder|todo|tbd|undefined|null|redacted|x{2}(?:[x0\W_]|T3BlbkFJ)*x|0{12,}|(?:your|insert|enter|paste|replace)(?=[\W_]|your|api|openai|key)[\w .-]{0,60}(?:key|token|secret|here))[\W_]*$/i;

/** `<your key>`, and variables that nothing was put in for: `${KEY}`, `%KEY%`, `{{ key }}`, `OPENAI_API_KEY`. */
const UNFILLED =
  /^(?:sk-(?:proj-|admin-|svcacct-)?|whsec_)?(?:<(?!sk-|whsec_)[^<>]*>|\$\{\w+\}|\$[A-Z_]+|%\w+%|\{\{.*\}\}|(?:OPENAI|YOUR)_[A-Z_]+=?)$/s;

/** Those of AWS, GitHub, GitLab, Slack, Anthropic, Stripe, Google, Hugging Face and npm: OpenAI is not to be told them. */
const OF_OTHERS =
  /^(?:(?:AKIA|ASIA)[A-Z0-9]{16}$|gh[pousr]_\w{20}|github_pat_\w{20}|glpat-[\w-]{16}|xox[abeprs]-[\w-]{10}|sk-ant-[\w-]{10}|[rs]k_(?:live|test)_\w{10}|AIza[\w-]{30}|(?:hf_[A-Za-z0-9]{34}|npm_[A-Za-z0-9]{36})$)/;

/**
 * What people and tools store in place of the bare secret; the first that fits is named. Each may be a gateway's own key
 * only by an odd chance: whatever else is plain ASCII has to pass, since nobody knows how keys look tomorrow.
 * Base64 ends in `=`, so that a name is one only where a value follows.
 */
const FORMS: readonly (readonly [is: string, fits: RegExp])[] = [
  ['is empty', /^$/],
  ['is a placeholder', PLACEHOLDER],
  ['is a placeholder', UNFILLED],
  ['is a placeholder', /^(?:sk-(?:proj-|admin-|svcacct-)?|whsec_)?([A-Za-z0-9])\1{15,}={0,2}$/],
  ['is only the beginning of a secret', /^(?:sk-(?:(?:proj|admin|svcacct)-?)?|whsec_?)$/],
  ['is a secret of another service', OF_OTHERS],
  ['is an id, which is no secret', /^(?:proj_|org-|user-)[A-Za-z0-9]{16,}$/],
  ['is a JSON object', /^\{.*(?:[\s"':]|\}$)|^\w*\{\s*"/s],
  ['is a JSON array', /^\[.*(?:[\s"',]|\]$)/s],
  ['is a command', /^(?:[$>] )?(?:sudo )?(?:curl|wget|https?|aws|echo|printf|setx)(?:\.exe)?\s/],
  ['is a header ("Bearer …")', /^(?:(?:authorization|(?:x-)?api-key)\s*:|(?:bearer|basic|token)(?:\s|:|%20|$))/i],
  [
    'is a line of the form NAME=…',
    /^(?:-\s+|(?:export|set)\s+|\$env:|--?)?(?!sk-|whsec_)[A-Za-z_](?:[\w.-]{2,}(?:\s*=\s*[^=\s.~+-]|:\s)|[\w.-]*\s*[:=]\s*(?:sk-|whsec_))/,
  ],
  // An environment variable's name; a gateway's `team:key` has no capitals with an underscore.
  ['is a line of the form NAME: …', /^[A-Z][A-Z0-9]*_[A-Z0-9_]+:./],
  ['is XML', /^<[a-z!?][^<>]*>.*<\//is],
  ['is in quotes', /^["'`“”„‘’‚«»]|["'`“”‘’«»][,;]?$/],
  [
    'is an address or a path (file://…) in place of what is there',
    /^(?:[a-z][a-z0-9+.-]*:\/\/|file:|arn:|(?:env|ssm|vault|secretsmanager):|~\/|\.\.?\/|[a-z]:\\|@[\w./-]+\.\w+$|\/(?:run|etc|var|home|tmp|usr|mnt|opt|secrets)\/)/i,
  ],
  ['is masked (…****)', /\*\*|\.\.\.|[…•●∙·]|^(?:sk-|whsec_)\S*\*/],
  ['has a written-out \\n or the like in it', /\\(?:[nrt"'\\]|u[0-9a-f]{4}|x[0-9a-f]{2}|$)|%0[ad]/i],
  ['holds an invisible character, or one that is not ASCII', /[^\t-\r -~]/],
];

/** In what a value may be wrapped as a whole. Base64 in either alphabet, on one line or several. */
const ENCODINGS: readonly (readonly [is: string, fits: RegExp, decode: (value: string) => string])[] = [
  ['is encoded in base64', /^(?:[\w+/-]\s*){16,}=?=?$/, (value) => Buffer.from(value, 'base64').toString('latin1')],
  ['is encoded in hexadecimal', /^(?:[\da-f]{2}){12,}$/i, (value) => Buffer.from(value, 'hex').toString('latin1')],
  [
    'is encoded for an address (%22)',
    /%[\da-f]{2}/i,
    (value) => value.replace(/%([\da-f]{2})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16))),
  ],
];

/** What a value is in place of the bare secret, whichever kind: it follows "the secret". Null for none of these; never repeats it. */
export function formOf(value: string): string | null {
  const found = FORMS.find(([, fits]) => fits.test(value)) ?? ENCODINGS.find((encoding) => isWrapped(value, encoding));
  return found?.[0] ?? null;
}

/** Whether what comes out is a text that is, or holds, something known: what a gateway made by chance is neither. */
function isWrapped(value: string, [, fits, decode]: (typeof ENCODINGS)[number]): boolean {
  if (!fits.test(value)) return false;
  const inner = decode(value);
  return /^[\t\r\n -~]+$/.test(inner) && (holdsTypedKey(inner) || holdsKey(inner) || formOf(inner) !== null);
}

/** Whether one of OpenAI's keys that tell their kind is in a text, however short it is. */
export function holdsTypedKey(text: string): boolean {
  return /(?<![A-Za-z0-9])sk-(?:admin|proj|svcacct)-/.test(text);
}
