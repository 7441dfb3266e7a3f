import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Browser, chromium } from 'playwright-core';

const run = promisify(execFile);

/** Where the checkout keeps the Chromium that comes as a package, unpacked: a folder a version. Not in git. */
const UNPACKED = fileURLToPath(new URL('../../.local/chromium', import.meta.url));
const DEBIAN = '/usr/bin/chromium';

/** There is no Chromium here that starts. The message says what was tried. */
export class NoChromiumError extends Error {
  override readonly name = 'NoChromiumError';
}

interface Program {
  readonly path: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Each by its name; undefined where there is none of the kind. */
type Places = Readonly<Record<string, () => Promise<Program | undefined>>>;

export const PACKAGED: Places = { '@sparticuz/chromium': unpackChromium };

const PLACES: Places = {
  CHROMIUM_PATH: async () => programAt(process.env.CHROMIUM_PATH),
  [DEBIAN]: async () => (existsSync(DEBIAN) ? programAt(DEBIAN) : undefined),
  ...PACKAGED,
};

/**
 * Chromium heeds the last of these switches only: Playwright's names (chromiumSwitches.ts) are to be repeated here. After them what a
 * window's address bar loads ahead for what might be typed: two pages of its own in a process of their own, for each page that is opened.
 */
const UNUSED = [
  ...['AvoidUnnecessaryBeforeUnloadCheckSync', 'DestroyProfileOnBrowserClose', 'HttpsUpgrades'],
  ...[
    'HttpsFirstBalancedModeAutoEnable',
    'LensOverlay',
    'MediaRouter',
    'PaintHolding',
    'ThirdPartyStoragePartitioning',
  ],
  ...['AvoidCorsURLLoaderRestartOnRedirect', 'OptimizationHints', 'NetworkTimeServiceQuerying', 'AimEnabled'],
  ...['PreconnectToSearch', 'WebUIOmniboxPopup', 'WebUIOmniboxAimPopup'],
];

/**
 * Starts a browser without a window: the one that `CHROMIUM_PATH` names, else Debian's, else the one that comes as a package.
 * It has no sandbox, which containers do not give; it is to open what the tests serve, and nothing else. Throws
 * `NoChromiumError`.
 */
export async function startChromium(args: readonly string[] = [], places = PLACES): Promise<Browser> {
  const failures: string[] = [];
  for (const [name, find] of Object.entries(places)) {
    try {
      const program = await find();
      if (program === undefined) continue;
      const { path, env } = program;
      const options = env && { env: { ...process.env, ...env } };
      return await chromium.launch({
        executablePath: path,
        args: [`--disable-features=${UNUSED}`, ...args],
        ...options,
      });
    } catch (error) {
      failures.push(`${name} does not start (${firstLine(error)})`);
    }
  }
  const tried =
    failures.length === 0 ? 'none is installed, and none comes as a package for this machine' : failures.join('; ');
  throw new NoChromiumError(`No Chromium: ${tried}. Install one, and name it in CHROMIUM_PATH.`);
}

function programAt(path: string | undefined): Program | undefined {
  return path ? { path } : undefined;
}

function firstLine(error: unknown): string {
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  return line.replace(/[.:]$/, '');
}

/** As the package would unpack it in a function of Lambda, with the libraries that a machine may not have. */
const UNPACK = `
import { inflate } from '@sparticuz/chromium';
for (const name of process.argv.slice(1)) await inflate(name);
`;
const ARCHIVES = ['chromium.br', 'al2023.tar.br', 'fonts.tar.br'];

/**
 * The package holds one for Linux on x64, as an archive. It is unpacked once, under a name of its own, and renamed when it is
 * whole: of two processes at once the later one takes the earlier one's.
 */
async function unpackChromium(): Promise<Program | undefined> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined;
  const entry = createRequire(import.meta.url).resolve('@sparticuz/chromium');
  const root = join(entry, '..', '..');
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const home = join(UNPACKED, version);
  if (!existsSync(home)) {
    const unpacking = `${home}.${randomUUID()}`;
    try {
      await mkdir(unpacking, { recursive: true });
      const archives = ARCHIVES.map((name) => join(root, 'bin', name));
      // It goes where temporary files go.
      const options = { cwd: import.meta.dirname, env: { ...process.env, TMPDIR: unpacking } };
      await run(process.execPath, ['--input-type=module', '--eval', UNPACK, ...archives], options);
      await rename(unpacking, home).catch((error: unknown) => {
        if (!existsSync(home)) throw error;
      });
    } finally {
      await rm(unpacking, { recursive: true, force: true });
    }
  }
  const fonts = join(home, 'fonts');
  // Its own names the folders of Lambda alone, and Chromium dies of a text for which there is no font.
  const places = `<dir>${join(fonts, 'fonts')}</dir><cachedir>${join(home, 'fonts-cache')}</cachedir>`;
  // Another process's browser may be reading it just now, and is never to find half of it.
  const whole = join(fonts, `fonts.${randomUUID()}`);
  await writeFile(whole, `<?xml version="1.0"?><fontconfig>${places}</fontconfig>\n`);
  await rename(whole, join(fonts, 'fonts.conf'));
  return {
    path: join(home, 'chromium'),
    env: { LD_LIBRARY_PATH: join(home, 'al2023', 'lib'), FONTCONFIG_PATH: fonts },
  };
}
