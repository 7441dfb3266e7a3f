/** Words in place of a secret. Only what nobody has for a key: gateways are served with `dummy`, `none` and `test`. */
const PLACEHOLDER =
  /^(?:sk-(?:proj-|admin-|svcacct-)?|whsec_)?[\W_]*(?:change[\W_]*(?:me|it|this)|replace[\W_]*(?:me|this)|placeholder|todo|tbd|undefined|null|redacted|x{3,12}|(?:your|insert|enter|paste|replace)(?=[\W_]|your|api|openai|key)[\w .-]{0,60}(?:key|token|secret|here))[\W_]*$/i;

/** `<your key>`, and variables that nothing was put in for: `${KEY}`, `%KEY%`, `{{ key }}`, `OPENAI_API_KEY`. */
const UNFILLED = /^(?:<[^<>]*>|\$\{\w+\}|\$[A-Z_]+|%\w+%|\{\{.*\}\}|(?:OPENAI|YOUR)_[A-Z_]+=?)$/s;

/**
 * What people and tools store in place of the bare secret; the first that fits is named. Each may be a gateway's own key
 * only by an odd chance: whatever else is plain ASCII has to pass, since nobody knows how keys look tomorrow.
 * Base64 ends in `=`, so that a name is one only where a value follows.
 */
const FORMS: readonly (readonly [is: string, fits: RegExp])[] = [
  ['is empty', /^$/],
  ['is a placeholder', PLACEHOLDER],
  ['is a placeholder', UNFILLED],
  ['is a JSON object', /^\{.*(?:[\s"':]|\}$)/s],
  ['is a JSON array', /^\[.*(?:[\s"',]|\]$)/s],
  ['is a header ("Bearer …")', /^(?:authorization\s*:|(?:bearer|basic)(?:\s|:|%20|$))/i],
  [
    'is a line of the form NAME=…',
    /^(?:(?:export|set)\s+|\$env:)?(?!sk-|whsec_)[A-Za-z_][\w.-]{2,}(?:\s*=\s*[\w"'`$<{(/]|:\s)/,
  ],
  ['is in quotes', /^["'`“”„‘’‚«»]|["'`“”‘’«»][,;]?$/],
  [
    'is an address or a path (file://…) in place of what is there',
    /^(?:[a-z][a-z0-9+.-]*:\/\/|file:|arn:|~\/|\.\.?\/|[a-z]:\\)/i,
  ],
  ['is masked (…****)', /\*\*|\.\.\.|[…•●∙·]|^(?:sk-|whsec_)\S*\*/],
  ['has a written-out \\n or the like in it', /\\(?:[nrt"'\\]|u[0-9a-f]{4}|x[0-9a-f]{2}|$)|%0[ad]/i],
  // "sk-proj-", "sk-admin-", "sk-svcacct-" and "whsec_".
  ['is encoded in base64', /^(?:c2stcHJvai|c2stYWRtaW4|c2stc3ZjYWNjd|d2hzZWNf)/],
  ['holds an invisible character, or one that is not ASCII', /[^\t-\r -~]/],
];

/** What a value is in place of the bare secret, whichever kind: it follows "the secret". Null for none of these; never repeats it. */
export function formOf(value: string): string | null {
  return FORMS.find(([, fits]) => fits.test(value))?.[0] ?? null;
}
