import { createInterface } from 'node:readline';
import { ckpt } from '../../test/sandbox/ckpt.ts';
import type { Progress } from './progress.ts';
import { type Scene, shareOneJob } from './scene.ts';

const ENVIRONMENT = ['AWS_ENDPOINT_URL', 'AWS_REGION', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'];

/** Keeps the scene up and carries out what a person types, until they end it. */
export async function play(scene: Scene, progress: Progress): Promise<void> {
  console.log(whatToTry(scene));
  const input = createInterface({ input: process.stdin, output: process.stdout, prompt: 'local> ' });
  input.prompt();
  for await (const line of input) {
    const words = line.trim().split(/\s+/);
    if (words[0] === 'quit' || words[0] === 'q') break;
    await carryOut(scene, progress, words).catch((error: unknown) => {
      console.error(error instanceof Error ? error.message : String(error));
    });
    input.prompt();
  }
  input.close();
}

async function carryOut(scene: Scene, progress: Progress, words: readonly string[]): Promise<void> {
  if (words[0] === '') return;
  if (words[0] === 'job') return shareOneJob(scene, progress);
  const { stdout, stderr } = await ckpt(scene.cloud, words[0] === 'ckpt' ? words.slice(1) : words);
  process.stdout.write(stdout);
  process.stderr.write(stderr);
}

function whatToTry({ cloud, fake }: Scene): string {
  const exports = ENVIRONMENT.map((name) => `${name}=${cloud.env[name]}`).join(' ');
  return `
It stays up. Try here:
  job            another job finishes, and is shared
  list, status   what the ledger has, and how everything is (any ckpt command works here)
  quit           end everything

Or in another terminal:
  export ${exports}
  npx ckpt list --state active
  curl ${fake.url}/organization/audit_logs -H "Authorization: Bearer ${fake.adminKey}"
`;
}
