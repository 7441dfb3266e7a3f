import { accessSync, constants, existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const ROOT = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, ROOT), 'utf8');

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}
interface Job {
  readonly needs?: string;
  readonly environment?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly 'timeout-minutes'?: number;
  readonly steps: readonly Step[];
}
interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

const names = readdirSync(new URL('.github/workflows/', ROOT));
const workflows = names.map((name) => {
  const workflow: Workflow = parse(read(`.github/workflows/${name}`), { uniqueKeys: true });
  return { name, workflow, steps: Object.values(workflow.jobs).flatMap(({ steps }) => steps) };
});
const { scripts, version }: { scripts: Record<string, string>; version: string } = JSON.parse(read('package.json'));

/** What npm does by itself. */
const OF_NPM = ['ci', 'audit', 'publish', 'pack', 'test'];

const of = (name: string) => {
  const found = workflows.find((each) => each.name === name);
  if (found === undefined) throw new Error(`There is no workflow ${name}.`);
  return found;
};
const commandsOf = (steps: readonly Step[]) => steps.flatMap(({ run }) => run?.trim().split('\n') ?? []);

it('there is one for CI and one for releases', () => {
  expect(names).toEqual(['ci.yml', 'release.yml']);
});

describe.each(workflows)('$name', ({ workflow, steps }) => {
  it('runs only commands that there are', () => {
    const commands = commandsOf(steps);
    for (const [, verb = '', script = ''] of commands.flatMap((line) => [
      ...line.matchAll(/\bnpm (\S+)(?: (\S+))?/g),
    ])) {
      if (verb === 'run') expect(Object.keys(scripts)).toContain(script);
      else expect(OF_NPM).toContain(verb);
    }
    expect(commands).toContain('.ci/run');
  });

  it('uses every action at a commit, or at a major version for Renovate to pin', () => {
    const used = steps.flatMap(({ uses }) => uses ?? []);
    expect(used.length).toBeGreaterThan(0);
    for (const uses of used) expect(uses).toMatch(/^actions\/[\w-]+@([0-9a-f]{40}|v\d+)$/);
  });

  it('may read, and leaves no credentials in the checkout; each job ends', () => {
    expect(workflow.permissions).toEqual({ contents: 'read' });
    for (const step of steps.filter(({ uses }) => uses?.startsWith('actions/checkout@'))) {
      expect(step.with).toMatchObject({ 'persist-credentials': false });
    }
    for (const job of Object.values(workflow.jobs)) expect(job['timeout-minutes']).toBeGreaterThan(0);
  });

  it('puts nothing into a script that somebody else has written, such as a branch’s name', () => {
    for (const command of commandsOf(steps)) expect(command).not.toContain('${{');
  });
});

describe('CI', () => {
  it('is what the README says, on the oldest and the newest Node that are promised', () => {
    expect(read('README.md')).toContain('```\nnpm ci && npm test\n```');
    const [, ...lines] = read('.ci/run').trim().split('\n');
    const commands = lines.filter(
      (line) => !line.startsWith('#') && !line.startsWith('set ') && !line.startsWith('cd '),
    );
    expect(commands.join(' && ')).toBe('npm ci && npm test');
    expect(() => accessSync(new URL('.ci/run', ROOT), constants.X_OK)).not.toThrow();
    expect(of('ci.yml').workflow.jobs.test).toMatchObject({ strategy: { matrix: { node: [20, 24] } } });
  });

  it('runs for every pull request, without secrets', () => {
    const { on } = of('ci.yml').workflow;
    expect(Object.keys(on)).toContain('pull_request');
    expect(Object.keys(on)).not.toContain('pull_request_target');
    expect(read('.github/workflows/ci.yml')).not.toContain('secrets.');
  });

  it('looks for known holes and for licences, before a release as well', () => {
    for (const { steps } of workflows) {
      expect(commandsOf(steps)).toEqual(expect.arrayContaining(['npm audit --audit-level=high', 'npm run licences']));
    }
  });
});

describe('a release', () => {
  const { workflow } = of('release.yml');

  it('is made of a tag, after its tests, and by one job alone that may say who it is', () => {
    expect(workflow.on).toEqual({ push: { tags: ['v*'] } });
    expect(workflow.jobs.publish).toMatchObject({ needs: 'test', environment: 'npm' });
    const signing = Object.entries(workflow.jobs).filter(
      ([, { permissions }]) => permissions?.['id-token'] === 'write',
    );
    expect(signing.map(([name]) => name)).toEqual(['publish']);
  });

  it('goes to npm with provenance, without a token', () => {
    expect(commandsOf(workflow.jobs.publish?.steps ?? []).at(-1)).toBe('npm publish --provenance --access public');
    expect(read('.github/workflows/release.yml')).not.toMatch(/secrets\.|TOKEN/);
  });

  it('has its version in the changelog, as its workflow asks', () => {
    expect(read('CHANGELOG.md')).toMatch(new RegExp(`^## ${version.replaceAll('.', '\\.')} `, 'm'));
  });
});

describe('Renovate', () => {
  const { packageRules }: { packageRules: { matchPackageNames: string[] }[] } = JSON.parse(read('renovate.json'));
  const manifest = JSON.parse(read('package.json'));
  const dependencies = ['dependencies', 'devDependencies', 'peerDependencies'].flatMap((kind) =>
    Object.keys(manifest[kind] ?? {}),
  );

  it.each(packageRules.flatMap(({ matchPackageNames }) => matchPackageNames))(
    'knows %s, which is used here',
    (name) => {
      const prefix = name.replace(/\*$/, '');
      expect(dependencies.some((each) => (name.endsWith('*') ? each.startsWith(prefix) : each === name))).toBe(true);
    },
  );
});

describe.each(['CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md', 'docs/events.md', 'README.md'])('%s', (document) => {
  const text = read(document);
  const base = new URL(document, ROOT);

  it('links to files that are there, and to their headings', () => {
    for (const [, link = ''] of text.matchAll(/\]\((?!https?:)([^)]+)\)/g)) {
      const [path = '', heading] = link.split('#');
      const target = path === '' ? base : new URL(path, base);
      expect(existsSync(target), link).toBe(true);
      if (heading === undefined) continue;
      const headings = [...readFileSync(target, 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
        title
          .toLowerCase()
          .replaceAll(/[^\w -]/g, '')
          .replaceAll(' ', '-'),
      );
      expect(headings, link).toContain(heading);
    }
  });

  it('names only scripts that there are', () => {
    for (const [, script = ''] of text.matchAll(/npm run ([\w:]+)/g)) expect(Object.keys(scripts)).toContain(script);
  });
});
