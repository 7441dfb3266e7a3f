import { spawn } from 'node:child_process';
import { cp, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { stringify } from 'yaml';
import type { LocalCloud } from '../local-cloud/cloud.ts';
import { CHECKOUT } from '../local-cloud/environment.ts';
import type { CommandResult } from '../sandbox/ckpt.ts';
import { usualConfig } from '../sandbox/sandbox.ts';

/** What a person types in step 2 and 3 of "Deploy", line by line, as the README has it. */
export async function deploySteps(): Promise<readonly string[]> {
  const [, deploy = ''] = (await readFile(join(CHECKOUT, 'README.md'), 'utf8')).split(/^## Deploy$/m);
  const [steps = ''] = deploy.split(/^#{2,3} /m);
  const blocks = [...steps.matchAll(/^ *```\n(.*?)^ *```$/gms)].map(([, block = '']) => block);
  return blocks.flatMap((block) => block.split('\n')).flatMap((line) => line.replace(/#.*/, '').trim() || []);
}

/** What a checkout takes to deploy; the files beside them are copied, too. */
const CODE = ['bin', 'lib', 'lambdas'];

/** A checkout of one's own, with its `sharing.yaml`, and in cdk.json what else a person would give as `-c`. */
export async function checkout(cloud: LocalCloud, openai: string, stackName: string) {
  const directory = join(cloud.directory, stackName);
  const outputsFile = join(directory, 'outputs.json');
  await mkdir(directory);
  const files = (await readdir(CHECKOUT, { withFileTypes: true })).filter((entry) => entry.isFile());
  const copied = [...CODE, ...files.map(({ name }) => name).filter((name) => !['.git', 'sharing.yaml'].includes(name))];
  await Promise.all(copied.map((name) => cp(join(CHECKOUT, name), join(directory, name), { recursive: true })));
  await symlink(join(CHECKOUT, 'node_modules'), join(directory, 'node_modules'));
  await writeFile(join(directory, 'sharing.yaml'), stringify(usualConfig(openai, null)));
  const settings = JSON.parse(await readFile(join(CHECKOUT, 'cdk.json'), 'utf8'));
  const context = { ...settings.context, stackName, retain: 'false' };
  const own = { ...settings, context, outputsFile, requireApproval: 'never', versionReporting: false };
  await writeFile(join(directory, 'cdk.json'), JSON.stringify(own));
  return {
    /** Types a line into a shell there. */
    async type(line: string, env: Readonly<Record<string, string>> = {}, input = ''): Promise<CommandResult> {
      const child = spawn('sh', ['-c', line], { cwd: directory, env: { ...process.env, ...cloud.env, ...env } });
      child.stdin.once('error', () => undefined).end(input);
      const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
      const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
      return { code, stdout, stderr };
    },
    outputs: async (): Promise<Record<string, string>> =>
      JSON.parse(await readFile(outputsFile, 'utf8'))[stackName] ?? {},
  };
}
