import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeCertificate } from './certificate.ts';
import { ACCOUNT_ID, type LocalCloud, REGION, ROOT } from './cloud.ts';
import { clientEnvironment, serverEnvironment } from './environment.ts';
import { installMiniStack } from './install.ts';
import { end, launch, untilReady } from './server.ts';

const ATTEMPTS = 3;

export interface StartOptions {
  /** Evaluates IAM policies for every call, as AWS does. Default: false. */
  readonly enforceIam?: boolean;
  /** Serves https only, which a queue with `enforceSSL` asks for under enforced IAM. Default: false. */
  readonly tls?: boolean;
  /** Where MiniStack's log goes, to stay there. Default: a file that `stop` removes. */
  readonly log?: string;
  /** Told in one line when MiniStack has to be installed first. */
  readonly onProgress?: (line: string) => void;
}

/** Starts a local cloud of one's own on a free port of 127.0.0.1; several may run at once. */
export async function startLocalCloud(options: StartOptions = {}): Promise<LocalCloud> {
  const python = await installMiniStack(options);
  for (let attempt = 1; ; attempt++) {
    try {
      return await startOnce(python, options);
    } catch (error) {
      // Between finding a port free and listening on it somebody else may take it.
      const taken = error instanceof Error && /already in use/i.test(error.message);
      if (!taken || attempt === ATTEMPTS) throw error;
    }
  }
}

async function startOnce(python: string, options: StartOptions): Promise<LocalCloud> {
  const directory = await mkdtemp(join(tmpdir(), 'local-cloud-'));
  let stop = () => rm(directory, { recursive: true, force: true });
  try {
    for (const name of ['home', 'tmp']) await mkdir(join(directory, name));
    const tls = options.tls ? await makeCertificate(directory) : null;
    const caFile = tls?.cert ?? null;
    const port = await freePort();
    const mark = randomUUID();
    const endpoint = `${tls ? 'https' : 'http'}://localhost:${port}`;
    const logFile = options.log ?? join(directory, 'ministack.log');
    const env = serverEnvironment(
      { directory, port, endpoint, mark },
      { enforceIam: options.enforceIam ?? false, tls },
    );
    const server = launch(python, env, directory, logFile);
    let ended: Promise<void> | undefined;
    stop = () => {
      ended ??= end(server, directory);
      return ended;
    };
    await untilReady(server, { endpoint, caFile, mark }, logFile);
    return {
      endpoint,
      port,
      region: REGION,
      accountId: ACCOUNT_ID,
      env: clientEnvironment(endpoint, directory, caFile),
      client: {
        endpoint,
        region: REGION,
        credentials: ROOT,
        requestHandler: caFile === null ? {} : { httpsAgent: { ca: await readFile(caFile, 'utf8') } },
      },
      caFile,
      logFile,
      directory,
      stop: () => stop(),
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        address !== null && typeof address === 'object'
          ? resolve(address.port)
          : reject(new Error('The operating system gave no port.')),
      );
    });
  });
}
