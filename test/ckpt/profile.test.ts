import { writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { aFolder } from './folder.ts';
import { ROLE_KEY, startLambda } from './lambda-server.ts';
import { runCkpt } from './run-ckpt.ts';

const NO_KEYS = { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined, AWS_SESSION_TOKEN: undefined };
const answer = { returned: { ok: true, result: { permissions: [], cursor: null } } } as const;
const resumed = { returned: { ok: true, result: { all: null, rules: [], sources: [] } } } as const;

/**
 * A machine with a sandbox under [default] and a production under the profile `live`, both on loopback, and real config
 * files: `run` says which of the two was asked, by whom, for which region.
 */
async function aMachine(config: (urls: { readonly sandbox: string; readonly live: string }) => string) {
  const folder = await aFolder();
  const script = ({ payload }: { readonly payload: unknown }) =>
    (payload as { command: string }).command === 'list' ? answer : resumed;
  const [sandbox, live] = await Promise.all([startLambda(script), startLambda(script)]);
  await writeFile(folder.in('config'), config({ sandbox: sandbox.url, live: live.url }));
  await writeFile(
    folder.in('credentials'),
    ['default', 'live']
      .map((name) => `[${name}]\naws_access_key_id = AKID${name}\naws_secret_access_key = s\n`)
      .join('\n'),
  );
  return {
    sandbox,
    live,
    async run(args: readonly string[], env: Readonly<Record<string, string | undefined>> = NO_KEYS) {
      const ended = await runCkpt(args, {
        env: {
          AWS_REGION: undefined,
          AWS_CONFIG_FILE: folder.in('config'),
          AWS_SHARED_CREDENTIALS_FILE: folder.in('credentials'),
          ...env,
        },
      });
      const asked = (name: string, { invocations }: typeof live) =>
        invocations.splice(0).map(({ accessKeyId, region }) => `${name} ${accessKeyId} ${region}`);
      return { ...ended, asked: [...asked('sandbox', sandbox), ...asked('live', live)] };
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([sandbox, live, folder].map((part) => part[Symbol.asyncDispose]()));
    },
  };
}

const plain = ({ sandbox, live }: { readonly sandbox: string; readonly live: string }) => `[default]
region = eu-west-1
endpoint_url = ${sandbox}
[profile live]
region = us-east-2
endpoint_url = ${live}
`;

describe('the profile of ckpt', () => {
  it.each<[string, readonly string[], Readonly<Record<string, string | undefined>>, string]>([
    ['none', [], NO_KEYS, 'sandbox AKIDdefault eu-west-1'],
    ['--profile', ['--profile', 'live'], NO_KEYS, 'live AKIDlive us-east-2'],
    ['AWS_PROFILE', [], { ...NO_KEYS, AWS_PROFILE: 'live' }, 'live AKIDlive us-east-2'],
    ['AWS_DEFAULT_PROFILE', [], { ...NO_KEYS, AWS_DEFAULT_PROFILE: 'live' }, 'live AKIDlive us-east-2'],
    [
      'AWS_PROFILE before AWS_DEFAULT_PROFILE',
      [],
      { ...NO_KEYS, AWS_PROFILE: 'live', AWS_DEFAULT_PROFILE: 'default' },
      'live AKIDlive us-east-2',
    ],
    [
      '--profile before AWS_PROFILE',
      ['--profile', 'default'],
      { ...NO_KEYS, AWS_PROFILE: 'live' },
      'sandbox AKIDdefault eu-west-1',
    ],
    ['--profile before keys of the environment', ['--profile', 'live'], {}, 'live AKIDlive us-east-2'],
    ['keys of the environment before AWS_PROFILE', [], { AWS_PROFILE: 'live' }, 'live AKIDTEST us-east-2'],
    [
      'a region of the environment',
      ['--profile', 'live'],
      { ...NO_KEYS, AWS_REGION: 'eu-north-1' },
      'live AKIDlive eu-north-1',
    ],
    [
      'AWS_DEFAULT_REGION',
      ['--profile', 'live'],
      { ...NO_KEYS, AWS_DEFAULT_REGION: 'sa-east-1' },
      'live AKIDlive sa-east-1',
    ],
    [
      '--region',
      ['--profile', 'live', '--region', 'ap-south-1'],
      { ...NO_KEYS, AWS_REGION: 'eu-north-1' },
      'live AKIDlive ap-south-1',
    ],
  ])('is by %s', async (_, args, env, expected) => {
    await using machine = await aMachine(plain);
    const { code, stderr, asked } = await machine.run(['list', '--json', ...args], env);
    expect({ code, stderr, asked }).toEqual({ code: 0, stderr: '', asked: [expected] });
  });

  it('is the one under whose endpoint AWS is asked for the name of who acts, and no other', async () => {
    await using machine = await aMachine(plain);
    const { stderr, asked } = await machine.run(['resume', '--profile', 'live', '--json']);
    expect(asked, stderr).toEqual(['live AKIDlive us-east-2']);
    expect([machine.live.askedWho, machine.sandbox.askedWho]).toEqual([['AKIDlive'], []]);
  });

  it('is the one under whose endpoint its role is assumed', async () => {
    await using machine = await aMachine(
      (urls) => `${plain(urls)}role_arn = arn:aws:iam::123456789012:role/ops\nsource_profile = live\n`,
    );
    const { stderr, asked } = await machine.run(['list', '--profile', 'live']);
    expect(asked, stderr).toEqual([`live ${ROLE_KEY} us-east-2`]);
  });

  it('that is not there is told with those that are', async () => {
    await using machine = await aMachine(plain);
    for (const env of [NO_KEYS, {}, { AWS_PROFILE: 'live', ...NO_KEYS }]) {
      const { code, stderr, asked } = await machine.run(['list', '--profile', 'lve'], env);
      expect({ code, asked }).toEqual({ code: 1, asked: [] });
      expect(stderr).toMatch(
        /^ckpt: There is no AWS profile "lve": neither \S+\/config nor \S+\/credentials has it\. Name one of those that are there: default, live\.\n$/,
      );
    }
  });
});

it('a profile that has no keys says so, whatever keys the environment has', async () => {
  await using machine = await aMachine((urls) => `${plain(urls)}[profile bare]\nregion = us-east-2\n`);
  const { stderr, asked } = await machine.run(['list', '--profile', 'bare'], {});
  expect(asked).toEqual([]);
  expect(stderr).toMatch(/^ckpt: The AWS profile "bare" gives no credentials\. [^\n]+\n$/);
});

describe('a profile that gives no credentials says what to do by where they come from', () => {
  it.each([
    [
      'sso_session = corp\nsso_account_id = 123456789012\nsso_role_name = ops\n[sso-session corp]\nsso_region = us-east-2\nsso_start_url = https://corp.example/start',
      'Sign in with "aws sso login --profile x"',
    ],
    [
      'sso_session = corp',
      'The AWS profile "x" signs in by an sso-session section "corp", which is not there. Add [sso-session corp] to',
    ],
    ['sso_start_url = https://corp.example/start', 'Sign in with "aws sso login --profile x"'],
    ['login_session = arn:aws:iam::123456789012:user/jo', 'Sign in with "aws login --profile x"'],
    ['credential_process = /no/such/tool --token hunter2', 'Run the credential_process of that profile by itself'],
    [
      'role_arn = arn:aws:iam::123456789012:role/ops\nsource_profile = default\nmfa_serial = arn:aws:iam::1:mfa/jo',
      '"aws configure export-credentials --profile x --format env"',
    ],
    ['role_arn = arn:aws:iam::123456789012:role/ops\nsource_profile = gone', 'Check source_profile'],
    [
      'role_arn = arn:aws:iam::123456789012:role/ops\nweb_identity_token_file = /no/such/file',
      'Check web_identity_token_file in the profile',
    ],
    ['aws_access_key_id = AKIDX', 'check that aws_secret_access_key stands beside it'],
  ])('%s', async (lines, next) => {
    await using machine = await aMachine((urls) => `${plain(urls)}[profile x]\nregion = us-east-2\n${lines}\n`);
    const { code, stderr, asked } = await machine.run(['list', '--profile', 'x'], { HOME: '/nowhere' });
    expect({ code, asked }).toEqual({ code: 1, asked: [] });
    expect(stderr).toContain(next);
    expect(stderr).not.toContain('hunter2');
    expect(stderr).toMatch(/^ckpt: [^\n]+\.\n$/);
  });
});

describe('the endpoint of ckpt', () => {
  const services = ({ sandbox, live }: { readonly sandbox: string; readonly live: string }) => `[default]
endpoint_url = ${sandbox}
[profile live]
region = us-east-2
endpoint_url = ${sandbox}
services = production
[services production]
sqs =
  endpoint_url = ${sandbox}
lambda =
  endpoint_url = ${live}
[profile lost]
region = us-east-2
services = nowhere
`;

  it.each<[string, (urls: { sandbox: string; live: string }) => Readonly<Record<string, string>>, string]>([
    ['its service in the profile', () => ({}), 'live'],
    ['AWS_ENDPOINT_URL before the profile', ({ sandbox }) => ({ AWS_ENDPOINT_URL: sandbox }), 'sandbox'],
    [
      'AWS_ENDPOINT_URL_LAMBDA before AWS_ENDPOINT_URL',
      ({ sandbox, live }) => ({ AWS_ENDPOINT_URL: sandbox, AWS_ENDPOINT_URL_LAMBDA: live }),
      'live',
    ],
  ])('is by %s', async (_, env, expected) => {
    await using machine = await aMachine(services);
    const urls = { sandbox: machine.sandbox.url, live: machine.live.url };
    const { stderr, asked } = await machine.run(['list', '--profile', 'live'], { ...NO_KEYS, ...env(urls) });
    expect(asked, stderr).toEqual([`${expected} AKIDlive us-east-2`]);
  });

  it.each([
    ['AWS_IGNORE_CONFIGURED_ENDPOINT_URLS', { AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' }],
    ['a profile that has none, beside a [default] that has one', {}],
  ])('is AWS itself with %s', async (_, env) => {
    await using machine = await aMachine((urls) => `${services(urls)}[profile bare]\nregion = no/where\n`);
    const profile = 'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS' in env ? 'live' : 'bare';
    // A region that is none: the request would go to AWS, and must not leave this machine.
    const args = ['list', '--profile', profile, '--region', 'no/where'];
    const { stderr, asked } = await machine.run(args, { AWS_ENDPOINT_URL: undefined, ...env });
    expect(asked).toEqual([]);
    expect(stderr).toContain('"no/where" is no AWS region.');
  });

  it('is not guessed where the services of the profile are not there', async () => {
    await using machine = await aMachine(services);
    const { code, stderr, asked } = await machine.run(['list', '--profile', 'lost']);
    expect({ code, asked }).toEqual({ code: 1, asked: [] });
    expect(stderr).toContain(
      'The AWS profile "lost" takes its endpoints from a services section "nowhere", which is not there.',
    );
  });

  it('is told with who names it where nobody is there, or it is none', async () => {
    await using machine = await aMachine(
      () =>
        '[profile live]\nregion = us-east-2\nendpoint_url = http://127.0.0.1:9\n[profile odd]\nendpoint_url = localhost:4566\n[profile port]\nendpoint_url = http://127.0.0.1:99999\n',
    );
    const gone = await machine.run(['list', '--profile', 'live']);
    expect(gone.stderr).toBe(
      'ckpt: http://127.0.0.1:9 cannot be reached (ECONNREFUSED). Check that it runs, and endpoint_url of the AWS profile "live", which names it.\n',
    );
    for (const name of ['odd', 'port']) {
      const { stderr } = await machine.run(['list', '--profile', name]);
      expect(stderr).toContain(
        `The endpoint that endpoint_url of the AWS profile "${name}" names is no http or https URL.`,
      );
    }
  });
});
