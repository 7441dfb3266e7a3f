import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import cdk from '../../cdk.json' with { type: 'json' };
import manifest from '../../package.json' with { type: 'json' };
import { startLambda } from './lambda-server.ts';
import { AS_OLD_NODE, LAUNCHER, runCkpt } from './run-ckpt.ts';
import { startStack } from './stack.ts';

const BIN = dirname(LAUNCHER);

/** A checkout with the launchers, and what `files` has besides; nothing was installed. */
async function bareCheckout(files: Readonly<Record<string, string>> = {}) {
  const root = await mkdtemp(join(tmpdir(), 'ckpt-launcher-'));
  await mkdir(join(root, 'bin'));
  for (const name of ['ckpt.js', 'run.js', 'launch.js']) await copyFile(join(BIN, name), join(root, 'bin', name));
  for (const [name, text] of Object.entries({ 'package.json': '{ "type": "module" }', ...files })) {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), text);
  }
  return {
    launcher: join(root, 'bin', 'ckpt.js'),
    runner: join(root, 'bin', 'run.js'),
    [Symbol.asyncDispose]: () => rm(root, { recursive: true }),
  };
}

/** As `npm ci` leaves it where install scripts are off. */
const WITHOUT_SCRIPTS = { 'node_modules/node/package.json': '{ "name": "node", "version": "24.21.0" }' };

describe('the launcher of ckpt', () => {
  it.each([
    ['a Node that runs TypeScript', []],
    ['an older Node, by way of the packaged one', AS_OLD_NODE],
  ])('works with %s: arguments, output, and exit code come through', async (_, nodeOptions) => {
    await using stack = await startStack();
    const [good, bad] = await Promise.all([
      runCkpt(['list', '--json', '--rule', 'a rule "of" $HOME'], { url: stack.url, launcher: LAUNCHER, nodeOptions }),
      runCkpt(['list', '--state', 'none'], { url: stack.url, launcher: LAUNCHER, nodeOptions }),
    ]);
    expect(good).toMatchObject({ code: 0, stdout: '[]\n', stderr: '' });
    expect(stack.invocations).toContainEqual(
      expect.objectContaining({ payload: expect.objectContaining({ filter: { rule: ['a rule "of" $HOME'] } }) }),
    );
    expect(bad).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('There is no state "none".') });
  });

  it('says in one sentence which Node it needs where there is none', async () => {
    await using checkout = await bareCheckout();
    const { code, stdout, stderr } = await runCkpt(['list'], { launcher: checkout.launcher, nodeOptions: AS_OLD_NODE });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(
      /^ckpt: needs Node 24 or later, but this is [\d.]+ and the packaged one is not installed: [^\n]+\.\n$/,
    );
  });

  it('does not send in a circle where install scripts are off', async () => {
    await using checkout = await bareCheckout(WITHOUT_SCRIPTS);
    const { code, stderr } = await runCkpt(['list'], { launcher: checkout.launcher, nodeOptions: AS_OLD_NODE });
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^ckpt: needs Node 24 or later, but this is [\d.]+ and the packaged one is not whole, since npm ran no install scripts \(ignore-scripts\): run "npm rebuild node --ignore-scripts=false", or use a newer Node\.\n$/,
    );
  });

  it('does not take a Node for new enough that runs TypeScript, and lacks what it calls', async () => {
    await using checkout = await bareCheckout({ ...WITHOUT_SCRIPTS, 'bin/ckpt.ts': '' });
    const asNode = (version: string) =>
      `--import=data:text/javascript,Object.defineProperty(process,"versions",{value:{node:"${version}"}})`;
    const run = (version: string) => runCkpt([], { launcher: checkout.launcher, nodeOptions: [asNode(version)] });
    expect((await run('22.18.0')).stderr).toContain('needs Node 24 or later, but this is 22.18.0 and');
    expect(await run('24.0.0')).toMatchObject({ code: 0, stderr: '' });
  });

  it('says that packages are missing, where the Node is right', async () => {
    await using checkout = await bareCheckout({ 'bin/ckpt.ts': "import 'commander';\n" });
    const { code, stderr } = await runCkpt(['list'], { launcher: checkout.launcher });
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: 'ckpt: its packages are not installed: run "npm ci".\n',
    });
    await using broken = await bareCheckout({ 'bin/ckpt.ts': "throw new Error('of its own');\n" });
    expect((await runCkpt([], { launcher: broken.launcher })).stderr).toContain('Error: of its own');
  });

  it.each<[NodeJS.Signals, readonly string[]]>([
    ['SIGINT', []],
    ['SIGINT', AS_OLD_NODE],
    ['SIGTERM', AS_OLD_NODE],
  ])('ends by %s (%j) at once and whole, without a word', async (signal, nodeOptions) => {
    const asked = Promise.withResolvers<void>();
    await using lambda = await startLambda(() => {
      asked.resolve();
      return 'hang';
    });
    const ended = await runCkpt(['list', '--json'], {
      url: lambda.url,
      launcher: LAUNCHER,
      nodeOptions,
      onStart: (child) => void asked.promise.then(() => child.kill(signal)),
    });
    expect(ended).toEqual({ code: null, signal, stdout: '', stderr: '' });
    // The process that had the connection is gone, too.
    await lambda.lastConnectionClosed();
  });
});

describe('the launcher of scripts and of the CDK app', () => {
  const program = {
    'bin/echo.ts': 'const said: string[] = process.argv.slice(2);\nconsole.log(JSON.stringify(said));\n',
  };

  it('runs a program of the checkout with its arguments', async () => {
    await using checkout = await bareCheckout(program);
    const { code, stdout } = await runCkpt(['bin/echo.ts', '--once', 'a b'], {
      launcher: checkout.runner,
      cwd: tmpdir(),
    });
    expect({ code, stdout }).toEqual({ code: 0, stdout: '["--once","a b"]\n' });
  });

  it.each([
    [['bin/echo.ts'], 'start', 'npm run start'],
    [['bin/echo.ts'], undefined, 'bin/echo.ts'],
    [['bin/echo.ts'], 'npx', 'bin/echo.ts'],
    [[], 'test', 'npm run test'],
  ])('%j as the script %s says in one sentence which Node it needs', async (args, script, name) => {
    await using checkout = await bareCheckout({ ...program, ...WITHOUT_SCRIPTS });
    const options = { launcher: checkout.runner, env: { npm_lifecycle_event: script } };
    const { code, stdout, stderr } = await runCkpt(args, { ...options, nodeOptions: AS_OLD_NODE });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(new RegExp(`^${name}: needs Node 24 or later, [^\\n]+npm rebuild node[^\\n]+\\.\\n$`));
  });

  it('says in one sentence which argument a program does not take', async () => {
    const strict = "import { parseArgs } from 'node:util';\nparseArgs({ options: { once: { type: 'boolean' } } });\n";
    await using checkout = await bareCheckout({ 'bin/strict.ts': strict });
    const said = async (arg: string) =>
      (await runCkpt(['bin/strict.ts', arg], { launcher: checkout.runner, env: { npm_lifecycle_event: 'start' } }))
        .stderr;
    expect(await said('--twice')).toBe("npm run start: Unknown option '--twice'.\n");
    expect(await said('twice')).toBe("npm run start: Unexpected argument 'twice'.\n");
    expect(await said('--once=yes')).toMatch(/^npm run start: Option '--once' does not take an argument\.\n$/);
  });

  it('without a program only looks', async () => {
    await using checkout = await bareCheckout();
    expect(await runCkpt([], { launcher: checkout.runner })).toMatchObject({ code: 0, stdout: '', stderr: '' });
  });

  it('starts whatever is TypeScript, and looks before other tools', () => {
    const started = [cdk.app, ...Object.values(manifest.scripts)].filter((line) => /\.ts\b|\bvitest\b/.test(line));
    expect(started.length).toBeGreaterThan(8);
    expect(started.filter((line) => !line.startsWith('node bin/run.js '))).toEqual([]);
  });
});

it('README, package.json and the launcher speak of the same Nodes', async () => {
  const [readme, launcher] = await Promise.all([
    readFile(join(BIN, '../README.md'), 'utf8'),
    readFile(join(BIN, 'launch.js'), 'utf8'),
  ]);
  const [, toStart] = /need Node ≥ (\d+)/.exec(readme) ?? [];
  const [, toRun] = /older than\s+(\d+)/.exec(readme) ?? [];
  expect(manifest.engines.node).toBe(`>=${toStart}`);
  expect(launcher).toContain(`const NEEDED = ${toRun};`);
  expect(manifest.devDependencies.node.split('.')[0]).toBe(toRun);
});
