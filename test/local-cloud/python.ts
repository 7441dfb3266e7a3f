import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

const CANDIDATES = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11', 'python3.10', 'python'];

/** Debian and Ubuntu ship `venv` without the `ensurepip` that it needs; the package python3-venv brings it. */
const PROBE = `
import sys
try:
    import venv, ensurepip
    whole = True
except ImportError:
    whole = False
print(sys.version_info[0], sys.version_info[1], int(whole))
`;

interface Probe {
  readonly command: string;
  readonly version: string;
  readonly recent: boolean;
  readonly makesEnvironments: boolean;
}

/** A name on the PATH may be a version manager's stub that cannot run: only an answer counts. */
async function probe(command: string): Promise<Probe | undefined> {
  try {
    const { stdout } = await run(command, ['-c', PROBE], { timeout: 20_000 });
    const [major = 0, minor = 0, whole = 0] = stdout.trim().split(' ').map(Number);
    return {
      command,
      version: `${major}.${minor}`,
      recent: major === 3 && minor >= 10,
      makesEnvironments: whole === 1,
    };
  } catch {
    return undefined;
  }
}

/** The first Python ≥ 3.10 that can make virtual environments. Where there is none, the error says what to install. */
export async function findPython(candidates: readonly string[] = CANDIDATES): Promise<string> {
  const found: Probe[] = [];
  for (const command of candidates) {
    const answer = await probe(command);
    if (answer?.recent && answer.makesEnvironments) return answer.command;
    if (answer) found.push(answer);
  }
  const bare = found.find((answer) => answer.recent);
  if (bare) {
    throw new Error(
      `The local cloud needs Python's venv and ensurepip modules, which ${bare.command} (${bare.version}) lacks: install them (Debian, Ubuntu: apt install python3-venv).`,
    );
  }
  const old = found[0];
  throw new Error(
    old
      ? `The local cloud needs Python 3.10 or later, and ${old.command} is ${old.version}: install a newer one (https://www.python.org/downloads/).`
      : 'The local cloud needs Python 3.10 or later, and there is no python3 on the PATH: install it (Debian, Ubuntu: apt install python3 python3-venv; macOS: brew install python).',
  );
}
