import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { stringify } from 'yaml';
import { FUNCTIONS } from '../../lib/bundle.ts';
import manifest from '../../package.json' with { type: 'json' };
import type { LocalCloud } from '../local-cloud/cloud.ts';
import { deployStack } from '../local-cloud/deploy.ts';
import { CHECKOUT, NODE } from '../local-cloud/environment.ts';
import { startSandboxOpenAI } from '../sandbox/openai.ts';
import { createKeys, createSecrets, SOURCE, usualConfig } from '../sandbox/sandbox.ts';
import { deliver } from '../sandbox/webhook.ts';
import { eventually, type ListedPermission } from './stage.ts';

const cloud: LocalCloud = { ...inject('cloud'), stop: async () => undefined };
const exec = promisify(execFile);

const README = readFileSync(join(CHECKOUT, 'README.md'), 'utf8');

/** What Node 20, the oldest that the package is for, has not of what the code calls. */
const AS_NODE_20 = `--import=data:text/javascript,${encodeURIComponent(`
  for (const name of ['union', 'difference', 'intersection', 'isSubsetOf']) delete Set.prototype[name];
  delete Map.groupBy; delete Object.groupBy; delete Array.fromAsync; delete Promise.withResolvers; delete Promise.try;
  delete globalThis.Iterator;
`)}`;

/** What a stranger has: the packed file and the CDK, installed into a folder with nothing of this checkout. */
let folder: string;

const run = (command: string, args: readonly string[], cwd: string, env: Readonly<Record<string, string>> = {}) =>
  exec(command, [...args], { cwd, env: { ...process.env, ...env }, maxBuffer: 2 ** 26 });

async function writeApp(name: string, files: Readonly<Record<string, string>>): Promise<string> {
  for (const [file, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name, file)), { recursive: true });
    await writeFile(join(folder, name, file), text);
  }
  return join(folder, name);
}

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'sharing-stranger-')));
  const { stdout } = await run('npm', ['pack', '--silent', '--pack-destination', folder], CHECKOUT);
  const { 'aws-cdk-lib': cdkLib, 'cdk-nag': nag, constructs } = manifest.devDependencies;
  const packed = `file:${stdout.trim().split('\n').at(-1)}`;
  const dependencies = { [manifest.name]: packed, 'aws-cdk-lib': cdkLib, 'cdk-nag': nag, constructs };
  await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies }));
  await run('npm', ['install', '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund'], folder);
}, 240_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

const POLICY = {
  version: 1,
  projects: { research: { id: 'proj_AAA', source: {} }, 'prod-eu': { id: 'proj_BBB' } },
  rules: [{ name: 'all to production', from: 'research', to: 'prod-eu' }],
} as const;

describe('the packed file', () => {
  const CHECK = `
    const { AwsSolutionsChecks } = require('cdk-nag');
    const { violations } = new AwsSolutionsChecks().validateScope(app);
    console.log(JSON.stringify(violations));
  `;

  it('brings nothing along that is not its own', async () => {
    const { packages } = JSON.parse(await readFile(join(folder, 'package-lock.json'), 'utf8'));
    const { dependencies, peerDependencies } = packages[`node_modules/${manifest.name}`];
    expect(dependencies).toBeUndefined();
    expect(Object.keys(peerDependencies)).toEqual(['aws-cdk-lib', 'constructs']);
  });

  it('is a construct for a CommonJS app, on the oldest Node as well, and clean by cdk-nag', async () => {
    const app = await writeApp('commonjs', {
      'package.json': '{ "type": "commonjs" }',
      'app.js': `
        const { App, Stack } = require('aws-cdk-lib');
        const { CheckpointSharing } = require('openai-checkpoint-sharing');
        const app = new App();
        new CheckpointSharing(new Stack(app, 'Fresh'), 'Sharing', { policy: ${JSON.stringify(POLICY)} });
        ${CHECK}
      `,
    });
    const { stdout } = await run(NODE, [AS_NODE_20, 'app.js'], app, { CDK_OUTDIR: join(app, 'cdk.out') });
    expect(JSON.parse(stdout)).toEqual([]);
    const template = JSON.parse(await readFile(join(app, 'cdk.out', 'Fresh.template.json'), 'utf8'));
    const functions = Object.values<{ Type: string }>(template.Resources).filter(
      ({ Type }) => Type === 'AWS::Lambda::Function',
    );
    expect(functions).toHaveLength(FUNCTIONS.length);
  });

  it.each(['commonjs', 'module'])('has types for a TypeScript app of type %s', async (type) => {
    const options = {
      strict: true,
      noEmit: true,
      module: 'nodenext',
      target: 'es2022',
      lib: ['es2022', 'esnext.disposable'],
      types: [],
    };
    const app = await writeApp(`typed-${type}`, {
      'package.json': JSON.stringify({ type }),
      'tsconfig.json': JSON.stringify({ compilerOptions: options, files: ['app.ts'] }),
      'app.ts': `
        import { App, Stack } from 'aws-cdk-lib';
        import { type AlarmName, CheckpointSharing, type SharingPolicy } from 'openai-checkpoint-sharing';
        const policy: SharingPolicy = ${JSON.stringify(POLICY)};
        const sharing = new CheckpointSharing(new Stack(new App(), 'Fresh'), 'Sharing', { policy, retain: false });
        const name: AlarmName = 'queue-age';
        sharing.alarm(name);
        sharing.metric('OldestDue', { statistic: 'p99' });
        // @ts-expect-error: no metric has this name.
        sharing.metric('queue-length');
        // @ts-expect-error: a rule says whom it shares with.
        const unshared: SharingPolicy = { ...policy, rules: [{ name: 'x', from: 'research' }] };
      `,
    });
    const tsc = join(CHECKOUT, 'node_modules', 'typescript', 'bin', 'tsc');
    await expect(run(NODE, [tsc, '--project', app], app)).resolves.toMatchObject({ stdout: '' });
  });

  it('has the page, which it serves with nothing of this checkout, on the oldest Node as well', async () => {
    const ckpt = join(folder, 'node_modules', manifest.name, 'bin', 'ckpt.js');
    const child = spawn(NODE, [AS_NODE_20, ckpt, 'ui', '--no-open'], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      const [line] = await once(child.stdout.setEncoding('utf8'), 'data');
      const html = await (await fetch(line.trim())).text();
      const [file = ''] = /page\.js/.exec(html) ?? [];
      const { status, headers } = await fetch(new URL(file, line.trim()));
      expect({ status, type: headers.get('content-type') }).toEqual({
        status: 200,
        type: expect.stringContaining('javascript'),
      });
    } finally {
      child.kill();
    }
  });

  it('has a source map for whatever is run here, and leads to no file that is not there', async () => {
    const { name } = manifest;
    for (const file of ['index.cjs', join('bin', 'ckpt', 'main.mjs')]) {
      const path = join(folder, 'node_modules', name, 'dist', file);
      expect(await readFile(path, 'utf8')).toMatch(/\n\/\/# sourceMappingURL=\S+\.map\n$/);
      const { sources, sourcesContent } = JSON.parse(await readFile(`${path}.map`, 'utf8'));
      expect(sourcesContent).toHaveLength(sources.length);
    }
  });
});

const IMPORTING = {
  'an ES module in TypeScript, as the README has it': {
    stackName: 'Sharing',
    type: 'module',
    file: 'app.ts',
    code: /```ts\n(.*?)```/s.exec(README)?.[1] ?? '',
  },
  'a CommonJS app': {
    stackName: 'Fresh',
    type: 'commonjs',
    file: 'app.js',
    code: `const { App, Stack } = require('aws-cdk-lib');
const { CheckpointSharing } = require('openai-checkpoint-sharing');
new CheckpointSharing(new Stack(new App(), 'Fresh'), 'Sharing', { policyFile: 'sharing.yaml' });
`,
  },
};

describe('from the packed file to a shared checkpoint: three lines of code, a policy, and the CLI that comes along', () => {
  it.each(Object.entries(IMPORTING))(
    '%s',
    async (_, { stackName, type, file, code }) => {
      expect(code.trim().split('\n')).toHaveLength(3);
      const keys = createKeys();
      const fake = await startSandboxOpenAI(keys);
      try {
        const secretArns = await createSecrets(cloud, stackName, keys);
        const directory = await writeApp(stackName, {
          'package.json': JSON.stringify({ type }),
          'sharing.yaml': stringify(usualConfig(fake.url, secretArns)),
          [file]: code,
        });
        const ckpt = (...args: string[]) =>
          run(NODE, [AS_NODE_20, join(folder, 'node_modules', '.bin', 'ckpt'), ...args], directory, cloud.env);
        await ckpt('config', 'check');

        const outputs = await deployStack(cloud, { stackName, app: `node ${file}`, directory });
        const job = fake.addJob({ projectId: SOURCE.id, checkpoints: 1 });
        const { status } = await deliver(cloud, { stackName, outputs, keys, secretArns }, fake, job.id);
        expect(status).toBe(200);
        const list = async (): Promise<readonly ListedPermission[]> =>
          JSON.parse((await ckpt('list', '--stack', stackName, '--json')).stdout);
        const isShared = (all: readonly ListedPermission[]) =>
          all.filter(({ state }) => state === 'active').length === 3;
        await eventually(list, isShared);
        expect(fake.permissions(job.finalModel)).toHaveLength(3);
      } finally {
        await fake.close();
      }
    },
    240_000,
  );
});
