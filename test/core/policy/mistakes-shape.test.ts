import { describe, expect, test } from 'vitest';
import { checkPolicy, type Mistake } from '../../../lambdas/core/policy/parse.ts';
import { BASE, mistakesOf, withRule } from './mistakes.ts';

const ARN = 'the ARN of a secret, arn:aws:secretsmanager:<region>:<account>:secret:<name>';
const URL_WANTED = 'an https URL without credentials, query or fragment, as in https://api.openai.com/v1';
const OPENAIS = "the whole address of OpenAI's API, https://api.openai.com/v1";
const HTTPS_WANTED = 'write an https URL: keys go over http only to this machine (127.0.0.1, ::1, localhost)';

test('the text to start from has no mistake', () => {
  expect(mistakesOf(BASE)).toEqual([]);
  expect(mistakesOf(withRule())).toEqual([]);
});

describe('the file as a whole', () => {
  test.each([
    ['', '1:1 the file is empty: begin with version: 1 and projects'],
    ['# only a comment\n', '1:1 the file is empty: begin with version: 1 and projects'],
    ['~', '1:1 the file is empty: begin with version: 1 and projects'],
    [
      'hello',
      '1:1 this is a text: write a mapping with version, openai, rotation, projects, rules, permissions, prune, reconcile, shutdowns',
    ],
    [
      '"version: 1\\n"',
      '1:1 this is a text: write a mapping with version, openai, rotation, projects, rules, permissions, prune, reconcile, shutdowns',
    ],
    [
      '[]',
      '1:1 this is a list: write a mapping with version, openai, rotation, projects, rules, permissions, prune, reconcile, shutdowns',
    ],
  ])('%j', (text, mistake) => {
    expect(mistakesOf(text)).toEqual([mistake]);
  });

  test('without version and projects', () => {
    expect(mistakesOf('prune: false\n')).toEqual([
      '1:1 version: missing: write 1, the only version so far',
      '1:1 projects: missing: write a mapping of aliases to projects, as in prod-eu: { id: proj_… }',
    ]);
  });

  test('of another version', () => {
    expect(mistakesOf(BASE.replace('1', '2'))).toEqual(['1:10 version: write 1, the only version so far']);
    expect(mistakesOf(BASE.replace('1', '"1"'))).toEqual([
      '1:10 version: this is a text: write 1, the only version so far',
    ]);
  });
});

describe('openai', () => {
  test.each([
    ['baseUrl: http://api.openai.com/v1', `6:20 openai.baseUrl: ${HTTPS_WANTED}`],
    ['baseUrl: http://127.0.0.1.example.com/v1', `6:20 openai.baseUrl: ${HTTPS_WANTED}`],
    ['baseUrl: https://user:pw@example.com', `6:20 openai.baseUrl: write ${URL_WANTED}`],
    ['baseUrl: "https://example.com/v1?a=b"', `6:20 openai.baseUrl: write ${URL_WANTED}`],
    ['baseUrl: "https://example.com/v1#a"', `6:20 openai.baseUrl: write ${URL_WANTED}`],
    ['baseUrl: api.openai.com', `6:20 openai.baseUrl: write ${URL_WANTED}`],
    ['baseUrl: https://<gateway>/v1', `6:20 openai.baseUrl: write ${URL_WANTED}`],
    ['baseUrl: https://gateway.example:99999/v1', `6:20 openai.baseUrl: write ${URL_WANTED}`],
    ['baseUrl: https://api.openai.com', `6:20 openai.baseUrl: write ${OPENAIS}`],
    ['baseUrl: https://eu.api.openai.com/v1/fine_tuning', `6:20 openai.baseUrl: write ${OPENAIS}`],
    ['baseUrl: 5', `6:20 openai.baseUrl: this is a number: write ${URL_WANTED}`],
    ['adminKeySecret: my-secret', `6:27 openai.adminKeySecret: write ${ARN}`],
    ['adminKeySecret: arn:aws:s3:::bucket', `6:27 openai.adminKeySecret: write ${ARN}`],
    [
      'adminKeySecret: sk-admin-abc',
      '6:27 openai.adminKeySecret: this looks like the secret itself: replace that key, keep it in Secrets Manager, and write the ARN',
    ],
    [
      'tokenUrl: http://auth.example.com/token',
      '6:21 openai.tokenUrl: write an https URL: identities go over http only to this machine (127.0.0.1, ::1, localhost)',
    ],
    ['tokenUrl: auth.openai.com', '6:21 openai.tokenUrl: write an https URL without credentials, query or fragment'],
    ['adminRequestsPerMinute: 0', '6:35 openai.adminRequestsPerMinute: write a whole number from 1 to 600'],
    ['adminRequestsPerMinute: 601', '6:35 openai.adminRequestsPerMinute: write a whole number from 1 to 600'],
    ['adminRequestsPerMinute: 6.5', '6:35 openai.adminRequestsPerMinute: write a whole number from 1 to 600'],
    [
      'adminRequestsPerMinute: "6"',
      '6:35 openai.adminRequestsPerMinute: this is a text: write a whole number from 1 to 600',
    ],
    ['base_url: https://a.example', '6:11 openai.base_url: unknown key; did you mean baseUrl?'],
  ])('%s', (line, mistake) => {
    expect(mistakesOf(`${BASE}openai: { ${line} }\n`)).toEqual([mistake]);
  });
});

describe('rotation', () => {
  const time = 'write a time such as 60 days, up to 999 days, or off';
  test.each([
    ['adminKey: 60', '6:23 rotation.adminKey: this is a number: write a time such as 60 days, or off'],
    ['adminKey: 0 days', `6:23 rotation.adminKey: ${time}`],
    ['projectKeys: 60 weeks', `6:26 rotation.projectKeys: ${time}`],
    ['webhookSecrets: 1000 days', `6:29 rotation.webhookSecrets: ${time}`],
    ['grace: 5', '6:20 rotation.grace: this is a number: write a time such as 24 hours or 2 days, or 0'],
    ['grace: off', '6:20 rotation.grace: write a time such as 24 hours or 2 days, or 0'],
    ['allowWiderAdminKey: yes', '6:33 rotation.allowWiderAdminKey: this is a text: write true or false'],
    ['admiKey: 60 days', '6:13 rotation.admiKey: unknown key; did you mean adminKey?'],
  ])('%s', (line, mistake) => {
    expect(mistakesOf(`${BASE}rotation: { ${line} }\n`)).toEqual([mistake]);
  });

  const told = (line: string, ...how: readonly { scheduled?: boolean }[]) => {
    const checked = checkPolicy(`${BASE}rotation: { ${line} }\n`, ...how);
    const brief = (all: readonly Mistake[]) => all.map(({ line, column, path }) => `${line}:${column} ${path}`);
    return { mistakes: 'mistakes' in checked ? brief(checked.mistakes) : [], warnings: brief(checked.warnings) };
  };

  test.each([
    ['adminKey: 3 hours', '6:23 rotation.adminKey'],
    ['projectKeys: 30 minutes', '6:26 rotation.projectKeys'],
    ['webhookSecrets: 270 minutes', '6:29 rotation.webhookSecrets'],
  ])('%s is what Secrets Manager cannot do by a schedule', (line, at) => {
    expect(told(line, { scheduled: true })).toEqual({ mistakes: [at], warnings: [] });
    expect(told(line)).toEqual({ mistakes: [], warnings: [at] });
    expect(told(line, { scheduled: false })).toEqual({ mistakes: [], warnings: [] });
  });

  test.each(['4 hours', '240 minutes', '999 days', 'off'])('every %s it can do', (every) => {
    expect(told(`adminKey: ${every}`, { scheduled: true })).toEqual({ mistakes: [], warnings: [] });
  });
});

describe('projects', () => {
  test.each([
    ['x: {}', '6:3 projects.x.id: missing: write the id of the project, proj_…'],
    ['x:', '6:3 projects.x: this is empty: write a mapping with id, source'],
    ['x: proj_X', '6:6 projects.x: this is a text: write a mapping with id, source'],
    ['x: { id: prj_X }', '6:12 projects.x.id: write the id of the project, proj_…'],
    [
      'x: { id: proj_X, source: true }',
      '6:28 projects.x.source: this is true or false: write a mapping with apiKeySecret, webhookSecret, workloadIdentity',
    ],
    [
      'x: { id: proj_X, source: { webhookSecret: whsec_abc } }',
      '6:45 projects.x.source.webhookSecret: this looks like the secret itself: replace that key, keep it in Secrets Manager, and write the ARN',
    ],
    [
      'x: { id: proj_X, source: { apiKey: a } }',
      '6:30 projects.x.source.apiKey: unknown key; write one of apiKeySecret, webhookSecret, workloadIdentity',
    ],
    [
      'x: { id: proj_X, source: { workloadIdentity: true } }',
      '6:48 projects.x.source.workloadIdentity: this is true or false: write a mapping with identityProviderId, serviceAccountId',
    ],
    [
      'x: { id: proj_X, source: { workloadIdentity: { serviceAccountId: "a b", identityProviderId: idp_1 } } }',
      "6:68 projects.x.source.workloadIdentity.serviceAccountId: write OpenAI's id of the service account: letters, digits, - and _",
    ],
    ['x: { id: proj_X, sorce: {} }', '6:20 projects.x.sorce: unknown key; did you mean source?'],
  ])('%s', (line, mistake) => {
    expect(mistakesOf(`${BASE}  ${line}\n`)).toEqual([mistake]);
  });

  test('a key that its value is glued to, and a comment of other languages', () => {
    expect(mistakesOf(`${BASE}  x: { id:proj_X, source: {}, // none\n    }\n`)).toEqual([
      '6:3 projects.x.id: missing: write the id of the project, proj_…',
      '6:8 projects.x["id:proj_X"]: a space is missing after the colon: write "id: " and then the value',
      '6:31 projects.x["// none"]: a comment begins with # here, not with // or /*',
    ]);
  });
});

describe('rules', () => {
  const bestOf =
    'train_loss, train_mean_token_accuracy, valid_loss, valid_mean_token_accuracy, full_valid_loss, full_valid_mean_token_accuracy';
  const forms = 'write final, all, { last: 2 } or { best: full_valid_loss }';
  test.each([
    ['match:', '10:5 rules[0].match: this is empty: write a mapping with baseModel, suffix, metadata'],
    ['match: { bse_model: x }', '10:14 rules[0].match.bse_model: unknown key; did you mean baseModel?'],
    ['match: { baseModel: "" }', '10:25 rules[0].match.baseModel: write a glob such as gpt-4o-mini*'],
    [
      'match: { suffix: 5 }',
      '10:22 rules[0].match.suffix: this is a number: write a text, in quotes where it looks like a number, true or false',
    ],
    [
      'match: { metadata: [a] }',
      '10:24 rules[0].match.metadata: this is a list: write a mapping of metadata keys to globs, as in { stage: release }',
    ],
    [
      'match: { metadata: { live: true } }',
      '10:32 rules[0].match.metadata.live: this is true or false: write a text, in quotes where it looks like a number, true or false',
    ],
    [
      'match: { suffix: true }',
      '10:22 rules[0].match.suffix: this is true or false: write a text, in quotes where it looks like a number, true or false',
    ],
    [
      'match: { suffix: null }',
      '10:22 rules[0].match.suffix: this is empty: write a text, in quotes where it begins with #, & or !, or is null',
    ],
    [
      'onDrift:report',
      '10:5 a quote, a comma, a colon or a space is missing here, or the line is indented otherwise than those it belongs to',
    ],
    ['checkpoints: last', `10:18 rules[0].checkpoints: ${forms}`],
    ['checkpoints: { last: 0 }', '10:26 rules[0].checkpoints.last: write a whole number from 1 to 1000'],
    ['checkpoints: { lst: 2 }', `10:18 rules[0].checkpoints: this is a mapping: ${forms}`],
    ['checkpoints: { last: 2, best: valid_loss }', `10:18 rules[0].checkpoints: this is a mapping: ${forms}`],
    ['checkpoints: { best: loss }', `10:26 rules[0].checkpoints.best: write one of ${bestOf}`],
    ['onDrift: fix', '10:14 rules[0].onDrift: write one of repair, report'],
    ['expireAfterDays: 0', '10:22 rules[0].expireAfterDays: write a whole number from 1 to 36500'],
    [
      'expireAfterDays: 90 days',
      '10:22 rules[0].expireAfterDays: this is a text: write a whole number from 1 to 36500',
    ],
    ['expiresAfterDays: 90', '10:5 rules[0].expiresAfterDays: unknown key; did you mean expireAfterDays?'],
  ])('%s', (line, mistake) => {
    expect(mistakesOf(withRule(line))).toEqual([mistake]);
  });

  test('what a rule lacks is told at its beginning', () => {
    expect(mistakesOf(`${BASE}rules:\n  - match: {}\n`)).toEqual([
      '7:5 rules[0].name: missing: write a name for the rule, in at most 200 characters on one line',
      '7:5 rules[0].from: missing: write the alias of a source or a list of them',
      '7:5 rules[0].to: missing: write the alias or the id of a project or a list of them',
    ]);
  });

  test('from and to of another kind', () => {
    expect(mistakesOf(`${BASE}rules:\n  - name: " a"\n    from: []\n    to: [5]\n  - one\n`)).toEqual([
      '7:11 rules[0].name: write a name for the rule, in at most 200 characters on one line',
      '8:11 rules[0].from: the list is empty: write the alias of a source',
      '9:10 rules[0].to[0]: this is a number: write an alias or a project id, in quotes where it looks like a number, true or null',
      '10:5 rules[1]: this is a text: write a mapping with name, from, match, checkpoints, to, onDrift, expireAfterDays',
    ]);
  });
});

describe('permissions', () => {
  const modelId = 'ft:<base>:<org>:<suffix>:<id>';
  test.each([
    [
      '{ to: prod-eu }',
      `7:5 permissions[0].checkpoint: missing: write the model id, ${modelId}; not the ftckpt_… id, which OpenAI fails on`,
    ],
    [
      '{ checkpoint: ftckpt_a, to: prod-eu }',
      `7:19 permissions[0].checkpoint: write the model id, ${modelId}; not the ftckpt_… id, which OpenAI fails on`,
    ],
    [
      '{ checkpoint: "ft:gpt-4o:x", to: prod-eu }',
      `7:19 permissions[0].checkpoint: write the whole model id, ${modelId}`,
    ],
    [
      '{ checkpoint: "ft:gpt-4o:org::a" }',
      '7:5 permissions[0].to: missing: write the alias or the id of a project or a list of them',
    ],
    [
      '{ checkpoint: "ft:gpt-4o:org::a", to: prod-eu, onDrift: repair }',
      '7:52 permissions[0].onDrift: unknown key; write one of checkpoint, to',
    ],
  ])('%s', (pin, mistake) => {
    expect(mistakesOf(`${BASE}permissions:\n  - ${pin}\n`)).toEqual([mistake]);
  });
});

describe('prune and reconcile', () => {
  const time = 'write a time such as 15 minutes or 2 hours';
  test.each([
    ['prune: yes', '6:8 prune: this is a text: write true or false'],
    ['reconcile: { every: 15 }', `6:21 reconcile.every: this is a number: ${time}`],
    ['reconcile: { every: 15 seconds }', `6:21 reconcile.every: ${time}`],
    ['reconcile: { every: 0 minutes }', '6:21 reconcile.every: write 1 minute to 24 hours'],
    ['reconcile: { every: 25 hours }', '6:21 reconcile.every: write 1 minute to 24 hours'],
    ['reconcile: { verifyPerMinute: -1 }', '6:31 reconcile.verifyPerMinute: write a whole number from 0 to 600'],
    ['reconcile: { auditLog: on }', '6:24 reconcile.auditLog: write one of auto, off, required'],
    [
      'reconcile: { auditLog: false }',
      '6:24 reconcile.auditLog: this is true or false: write one of auto, off, required',
    ],
    ['reconcille: {}', '6:1 reconcille: unknown key; did you mean reconcile?'],
    [
      'webhooks: {}',
      '6:1 webhooks: unknown key; write one of version, openai, rotation, projects, rules, permissions, prune, reconcile, shutdowns',
    ],
  ])('%s', (line, mistake) => {
    expect(mistakesOf(`${BASE}${line}\n`)).toEqual([mistake]);
  });
});

describe('shutdowns', () => {
  const date = 'write a date such as 2027-01-14, or never';
  const base = 'write a base model, as in gpt-4o-mini*: all of its checkpoints shut down together';
  const form = 'write a mapping of base models to dates, as in { gpt-4o-mini*: 2027-01-14 }';
  test.each([
    ['gpt-4o: 14.01.2027', `7:11 shutdowns.gpt-4o: ${date}`],
    ['gpt-4o: "2027-01-14 12:00"', `7:11 shutdowns.gpt-4o: ${date}`],
    ['gpt-4o: 2027-02-29', '7:11 shutdowns.gpt-4o: write a day that the calendar has, or never'],
    ['gpt-4o: 2027', `7:11 shutdowns.gpt-4o: this is a number: ${date}`],
    ['gpt-4o:', `7:3 shutdowns.gpt-4o: this is empty: ${date}`],
    ['"ft:gpt-4o*": never', `7:3 shutdowns["ft:gpt-4o*"]: ${base}`],
    ['"": never', `7:3 shutdowns[""]: ${base}`],
    ['- gpt-4o', `7:3 shutdowns: this is a list: ${form}`],
  ])('%s', (line, mistake) => {
    expect(mistakesOf(`${BASE}shutdowns:\n  ${line}\n`)).toEqual([mistake]);
  });

  test('a glob that begins with * has to be in quotes', () => {
    expect(mistakesOf(`${BASE}shutdowns:\n  "*-mini": never\n`)).toEqual([]);
    expect(mistakesOf(`${BASE}shutdowns:\n  *-mini: never\n`)).not.toEqual([]);
  });
});
