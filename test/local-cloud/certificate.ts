import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const EXTENSIONS = [
  'subjectAltName=DNS:localhost,DNS:*.localhost,DNS:*.execute-api.localhost,IP:127.0.0.1',
  'basicConstraints=critical,CA:FALSE',
  'extendedKeyUsage=serverAuth',
];

/** Makes a self-signed certificate for this machine's loopback names, good for two days, and its key. */
export async function makeCertificate(directory: string): Promise<{ readonly cert: string; readonly key: string }> {
  const cert = join(directory, 'server.crt');
  const key = join(directory, 'server.key');
  const kind = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost'];
  try {
    await run('openssl', [...kind, '-keyout', key, '-out', cert, ...EXTENSIONS.flatMap((line) => ['-addext', line])]);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new Error(
      'The local cloud needs the openssl command for TLS: install it (Debian, Ubuntu: apt install openssl).',
      {
        cause: error,
      },
    );
  }
  return { cert, key };
}
