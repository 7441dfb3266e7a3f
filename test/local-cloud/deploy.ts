import { existsSync } from 'node:fs';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cdk, type Listener } from './cdk.ts';
import type { LocalCloud } from './cloud.ts';

export interface DeployOptions {
  readonly stackName: string;
  /** CDK context, as `-c key=value` gives it. */
  readonly context?: Readonly<Record<string, string>>;
  /** The app's command. Default: the one in cdk.json. */
  readonly app?: string;
  /** Where the app is, and its cdk.json. Default: the checkout. */
  readonly directory?: string;
  /** Told every line that the CDK prints. */
  readonly onLine?: Listener;
}

const bootstrapped = new WeakMap<LocalCloud, Promise<void>>();

/** Runs `cdk bootstrap`, once a cloud, whichever process asks. */
export function bootstrap(cloud: LocalCloud, onLine?: Listener): Promise<void> {
  const running = bootstrapped.get(cloud) ?? bootstrapOnce(cloud, onLine);
  bootstrapped.set(cloud, running);
  running.catch(() => bootstrapped.delete(cloud));
  return running;
}

async function bootstrapOnce(cloud: LocalCloud, onLine?: Listener): Promise<void> {
  const done = join(cloud.directory, 'bootstrapped');
  if (existsSync(done)) return;
  // Not in the checkout, where the CLI would run the app of cdk.json first, for nothing.
  await cdk(cloud, ['bootstrap', `aws://${cloud.accountId}/${cloud.region}`], { onLine, directory: cloud.directory });
  await writeFile(done, '');
}

/** Deploys one stack as `cdk deploy` does on AWS, and returns its outputs. */
export async function deployStack(cloud: LocalCloud, options: DeployOptions): Promise<Record<string, string>> {
  await bootstrap(cloud, options.onLine);
  const output = await mkdtemp(join(cloud.directory, 'cdk-'));
  const outputsFile = join(output, 'stack-outputs.json');
  const how = ['--require-approval', 'never', '--method', 'direct', '--progress', 'events'];
  await cdk(
    cloud,
    ['deploy', options.stackName, ...how, '--outputs-file', outputsFile, ...appArguments(options, output)],
    options,
  );
  const outputs = JSON.parse(await readFile(outputsFile, 'utf8')) as Record<string, Record<string, string>>;
  return outputs[options.stackName] ?? {};
}

/** Deletes one stack as `cdk destroy` does. */
export async function destroyStack(cloud: LocalCloud, options: DeployOptions): Promise<void> {
  const output = await mkdtemp(join(cloud.directory, 'cdk-'));
  await cdk(cloud, ['destroy', options.stackName, '--force', ...appArguments(options, output)], options);
}

/** An output directory of its own lets several run at once. */
function appArguments({ app, context = {} }: DeployOptions, output: string): string[] {
  const pairs = Object.entries(context).flatMap(([key, value]) => ['--context', `${key}=${value}`]);
  return ['--output', output, ...(app === undefined ? [] : ['--app', app]), ...pairs];
}
