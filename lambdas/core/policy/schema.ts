import { z } from 'zod';
import { bytesOf } from '../model/bytes.ts';
import { MAX_CHECKPOINT_BYTES, parseCheckpointName } from '../model/ids.ts';
import { METRICS } from '../model/job.ts';
import { isDate } from '../shutdown/days.ts';
import { BASE_URL, isSafeBaseUrl, missesVersion } from './base-url.ts';
import { DURATION, LONG_DURATION, secondsOf } from './duration.ts';
import { ALIAS } from './references.ts';
import {
  looseText,
  mapping,
  oneOf,
  oneOrMore,
  projectId,
  secretArn,
  text,
  wholeNumber,
  write,
  writeName,
} from './schema-parts.ts';

const OPENAI_URL = 'an https URL without credentials, query or fragment, as in https://api.openai.com/v1';

const openai = mapping({
  baseUrl: text(BASE_URL, OPENAI_URL)
    .refine((url) => URL.canParse(url), { ...write(OPENAI_URL), abort: true })
    .refine(isSafeBaseUrl, {
      error: 'write an https URL: keys go over http only to this machine (127.0.0.1, ::1, localhost)',
    })
    .refine((url) => !missesVersion(url), write("the whole address of OpenAI's API, https://api.openai.com/v1"))
    .default('https://api.openai.com/v1')
    .describe('Where the OpenAI API is: https, or http on loopback only, for a gateway or a local fake.'),
  adminKeySecret: secretArn
    .optional()
    .describe(
      "ARN of a Secrets Manager secret that holds the organisation's admin key. Left out, the stack makes one.",
    ),
  adminRequestsPerMinute: wholeNumber(1, 600)
    .default(6)
    .describe(
      'Admin calls a minute and endpoint to begin with; the pacer learns from OpenAI how many are borne, up to four times as many.',
    ),
  tokenUrl: text(BASE_URL, 'an https URL without credentials, query or fragment')
    .refine(isSafeBaseUrl, {
      error: 'write an https URL: identities go over http only to this machine (127.0.0.1, ::1, localhost)',
    })
    .default('https://auth.openai.com/oauth/token')
    .describe('Where the workload identities of sources are exchanged: https, or http on loopback only.'),
});

const idAtOpenAI = (what: string) => text(/^[\w-]{1,128}$/, `OpenAI's id of the ${what}: letters, digits, - and _`);

const workloadIdentity = mapping({
  identityProviderId: idAtOpenAI('workload identity provider')
    .optional()
    .describe('A workload identity provider that is there already, and vouches for the AWS account.'),
  serviceAccountId: idAtOpenAI('service account')
    .optional()
    .describe('A service account of the project that is there already.'),
});

const source = mapping({
  apiKeySecret: secretArn
    .optional()
    .describe("ARN of a secret that holds the project's API key. Left out, the stack makes one."),
  webhookSecret: secretArn
    .optional()
    .describe(
      'ARN of a secret that holds one or more whsec_… separated by white space. Left out, the stack makes one.',
    ),
  workloadIdentity: workloadIdentity
    .nullish()
    .describe(
      'Present (also empty), instead of apiKeySecret: no key is stored. "ckpt sources connect" makes what it takes at OpenAI, unless both ids are given.',
    ),
});

const project = mapping({
  id: projectId.describe("OpenAI's id of the project, proj_…"),
  source: source.nullish().describe('Present (also empty): the fine-tuning jobs of this project are watched.'),
});

const targets = oneOrMore(z.string(writeName('an alias or a project id')), 'the alias or the id of a project');

const match = mapping({
  baseModel: text(/./, 'a glob such as gpt-4o-mini*').optional().describe('Glob for the base model; * and ? match.'),
  suffix: looseText().optional().describe("Glob for the suffix in the model's id; * and ? match."),
  metadata: z
    .record(
      z.string(),
      looseText(),
      write('a mapping of metadata keys to globs, as in { stage: release }', 'a mapping'),
    )
    .optional()
    .describe("Globs for the job's metadata, by key; every one must match."),
});

const checkpoints = z
  .union(
    [
      z.literal('final'),
      z.literal('all'),
      mapping({
        last: wholeNumber(1, 1000).describe('The checkpoints of the n highest steps, the final model highest.'),
      }),
      mapping({ best: oneOf(METRICS).describe('The one checkpoint with the lowest loss or the highest accuracy.') }),
    ],
    write('final, all, { last: 2 } or { best: full_valid_loss }'),
  )
  .default('final')
  .describe("Which of a job's checkpoints to share.");

const RULE_NAME = 'a name for the rule, in at most 200 characters on one line';

const rule = mapping({
  name: text(/^\S(?:.{0,198}\S)?$/, RULE_NAME, writeName(RULE_NAME)).describe(
    'Names the rule in the ledger, in plans and logs; each its own.',
  ),
  from: oneOrMore(z.string(writeName('an alias')), 'the alias of a source').describe(
    'Alias or aliases of the source projects.',
  ),
  match: match.optional().describe('Conditions on the job; all must hold. Left out, every job matches.'),
  checkpoints,
  to: targets.describe('Aliases or ids of the target projects. The owning project is left out by itself.'),
  onDrift: oneOf(['repair', 'report'])
    .default('repair')
    .describe('What to do about a permission that somebody removed at OpenAI.'),
  expireAfterDays: wholeNumber(1, 36_500)
    .optional()
    .describe('Days, counted from the end of the job, after which its permissions are let go.'),
});

const tooLong = { ...write(`a model id of at most ${MAX_CHECKPOINT_BYTES} bytes: OpenAI's are shorter`), abort: true };

const pin = mapping({
  checkpoint: text(/^ft:/, 'the model id, ft:<base>:<org>:<suffix>:<id>; not the ftckpt_… id, which OpenAI fails on')
    .max(MAX_CHECKPOINT_BYTES, tooLong)
    .refine((id) => bytesOf(id) <= MAX_CHECKPOINT_BYTES, tooLong)
    .refine((id) => parseCheckpointName(id) !== undefined, write('the whole model id, ft:<base>:<org>:<suffix>:<id>'))
    .describe('The model id, ft:<base>:<org>:<suffix>:<id>, with :ckpt-step-<n> for an intermediate one.'),
  to: targets.describe('Aliases or ids of the projects that are to have it.'),
});

const reconcile = mapping({
  every: text(DURATION, 'a time such as 15 minutes or 2 hours')
    .refine((every) => secondsOf(every) >= 60 && secondsOf(every) <= 86_400, write('1 minute to 24 hours'))
    .default('15 minutes')
    .describe('How often to look for what no webhook told of: N minutes or N hours, 1 minute to 24 hours.'),
  verifyPerMinute: wholeNumber(0, 600)
    .default(2)
    .describe('LIST calls a minute spent on verifying permissions, the stalest first; 0 = none.'),
  auditLog: oneOf(['auto', 'off', 'required'])
    .default('auto')
    .describe("Whether to read OpenAI's audit log: where it is switched on, never, or failing without it."),
});

/** Secrets Manager's limit: a schedule is at most 999 days apart. */
const MOST_SECONDS = 999 * 86_400;

const rotated = (what: string) =>
  z
    .string(write('a time such as 60 days, or off'))
    .refine(
      (every) => every === 'off' || (secondsOf(every) > 0 && secondsOf(every) <= MOST_SECONDS),
      write('a time such as 60 days, up to 999 days, or off'),
    )
    .default('off')
    .meta({ pattern: `^(?:off|${LONG_DURATION.source.slice(1, -1)})$` })
    .describe(`How often ${what} (N days, hours or minutes); off = never.`);

const GRACE = 'a time such as 24 hours or 2 days, or 0';

const rotation = mapping({
  adminKey: rotated('the admin key is replaced by a new one'),
  projectKeys: rotated("each source's project key is replaced by a new one on its service account"),
  webhookSecrets: rotated("each source's webhook secret is replaced; OpenAI signs with both for 24 hours"),
  grace: z
    .union([z.literal(0), text(LONG_DURATION, GRACE)], write(GRACE))
    .default('24 hours')
    .describe('How long an old key lives on after the new one is in its place: N minutes, hours or days.'),
  allowWiderAdminKey: z
    .boolean(write('true or false', 'true or false'))
    .default(false)
    .describe('OpenAI gives a new admin key all rights: whether that may become of one that has less.'),
});

const shutdown = text(/^(?:never|\d{4}-\d{2}-\d{2})$/, 'a date such as 2027-01-14, or never').refine(
  (date) => date === 'never' || isDate(date),
  write('a day that the calendar has, or never'),
);

/** `sharing.yaml` as a person writes it. */
export const policyFile = mapping({
  $schema: z.string(write('the path of the JSON schema')).optional().describe('For editors; means nothing here.'),
  version: z.literal(1, write('1, the only version so far', 'a number')).describe('Version of this format.'),
  openai: openai.prefault({}).describe('How to reach OpenAI.'),
  rotation: rotation
    .prefault({})
    .describe('Which keys and secrets are replaced by themselves; each is off unless named.'),
  projects: z
    .record(z.string(), project, write('a mapping of aliases to projects, as in prod-eu: { id: proj_… }', 'a mapping'))
    .meta({ propertyNames: { pattern: ALIAS.source } })
    .describe('The projects by alias: small letters, digits and hyphens.'),
  rules: z.array(rule, write('a list of rules', 'a list')).nullish().describe('Who gets which checkpoints.'),
  permissions: z
    .array(pin, write('a list of { checkpoint: ft:…, to: […] }', 'a list'))
    .nullish()
    .describe('Permissions pinned by hand, for checkpoints that no rule covers.'),
  prune: z
    .boolean(write('true or false', 'true or false'))
    .default(false)
    .describe('Whether to revoke what no rule wants any more.'),
  reconcile: reconcile.prefault({}).describe('The regular comparison with OpenAI.'),
  shutdowns: z
    .record(
      z.string(),
      shutdown,
      write('a mapping of base models to dates, as in { gpt-4o-mini*: 2027-01-14 }', 'a mapping'),
    )
    .nullish()
    .describe('When the checkpoints of base models (globs) shut down, whatever OpenAI says: a date, or never.'),
});

/** The file with its defaults filled in, its references not yet resolved. */
export type PolicyFile = z.output<typeof policyFile>;

/** The JSON schema of the file, for editors. Draft 7 is what YAML editors know best. */
export function policyJsonSchema(): object {
  return z.toJSONSchema(policyFile, { target: 'draft-07', io: 'input' });
}
