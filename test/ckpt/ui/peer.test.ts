import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { endianness, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Ends, isOwnPeer } from '../../../bin/ckpt/ui/peer.ts';
import { SHELL, send, serve } from './serving.ts';

const run = promisify(execFile);
const [LOOPBACK, OTHER] = endianness() === 'LE' ? ['0100007F', '0200007F'] : ['7F000001', '7F000002'];
const OURS: Ends = { localAddress: '127.0.0.1', localPort: 0x1267, remoteAddress: '127.0.0.1', remotePort: 0xa000 };

/** A line of the kernel's table. */
function aLine(local: string, remote: string, uid: number, inode = 71): string {
  return `   0: ${local} ${remote} 01 00000000:00000000 00:00000000 00000000  ${uid}        0 ${inode} 1 0000000000000000 20 4 30 10 -1`;
}

/** Whether user 1000 has made our connection, by a table of these lines beside that of the server. */
async function judge(...lines: readonly string[]): Promise<boolean | undefined> {
  const table = join(await mkdtemp(join(tmpdir(), 'ckpt-peer-')), 'tcp');
  const own = aLine(`${LOOPBACK}:1267`, '00000000:0000', 1000);
  await writeFile(table, ['  sl  local_address …', own, ...lines, ''].join('\n'));
  return isOwnPeer(OURS, 1000, [table]);
}

describe('a connection', () => {
  const [here, there] = [`${LOOPBACK}:A000`, `${LOOPBACK}:1267`];

  it.each([
    { of: 'this user', line: aLine(here, there, 1000), isOwn: true },
    { of: 'root', line: aLine(here, there, 0), isOwn: true },
    { of: 'another user', line: aLine(here, there, 1001), isOwn: false },
    { of: 'nobody any more', line: aLine(here, there, 0, 0), isOwn: false },
    { of: 'this user from another address', line: aLine(`${OTHER}:A000`, there, 1000), isOwn: false },
    { of: 'this user to another port', line: aLine(here, `${LOOPBACK}:1268`, 1000), isOwn: false },
  ])('of $of is own: $isOwn', async ({ line, isOwn }) => {
    expect(await judge(line)).toBe(isOwn);
  });

  it('that is gone again was nobody’s of whom it is known', async () => {
    expect(await judge()).toBe(false);
    expect(await isOwnPeer({ ...OURS, remoteAddress: undefined }, 1000)).toBe(false);
  });

  it.each(['0000000000000000FFFF0000', '00000000000000000000FFFF'])(
    'may come from a socket for IPv6 (%s…)',
    async (v6) => {
      expect(await judge(aLine(v6 + here, v6 + there, 1000))).toBe(true);
      expect(await judge(aLine(v6 + here, v6 + there, 1001))).toBe(false);
    },
  );

  it('is nobody knows whose where the system does not tell', async () => {
    expect(await isOwnPeer(OURS, 1000, ['/nowhere/tcp'])).toBeUndefined();
  });

  it.skipIf(!existsSync('/proc/net/tcp'))('is looked up in what Linux tells', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const client = connect(typeof address === 'object' ? (address?.port ?? 0) : 0, '127.0.0.1');
    onTestFinished(() => {
      client.destroy();
      server.close();
    });
    const [socket] = await once(server, 'connection');
    expect(await isOwnPeer(socket, process.getuid?.() ?? 0)).toBe(true);
  });
});

/** Takes a user who is not root; only root can be another one. */
const isRoot = process.getuid?.() === 0;

describe.skipIf(!existsSync('/proc/net/tcp'))('the server', () => {
  it('refuses another user of the machine, whatever they know', async () => {
    const uid = isRoot ? 4_711 : (process.getuid?.() ?? 0) + 1;
    await using page = await serve({}, { uid, allowChanges: true });
    const other = isRoot ? { uid: 65_534 } : {};
    const ask = `fetch(process.argv[1]).then((response) => console.log(response.status))`;
    for (const url of [page.url, page.ticket()]) {
      expect((await run(process.execPath, ['-e', ask, url], { ...other, cwd: '/' })).stdout).toBe('403\n');
    }
  });

  it('answers its own', async () => {
    await using page = await serve({}, { uid: process.getuid?.() ?? 0 });
    expect(await send(page.port, `/${page.token}/`)).toMatchObject({ status: 200, body: SHELL });
  });
});
