import { readFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { endianness } from 'node:os';

/** The other end of one that listens. */
const NOBODY = '00000000:0000';

/** Where others come and go while a table is read, one that stays may be passed over. */
const LOOKS = 3;

/** The connections of this machine as Linux tells of them, those of sockets that can do IPv6 as well. */
const TABLES = ['/proc/net/tcp', '/proc/net/tcp6'];

/**
 * Tells of connections whether another user has made them, as far as that is known: each is looked up once. Nobody is foreign to
 * root, who mostly serves somebody else.
 */
export function foreignTo(uid: number | undefined): (socket: Socket) => Promise<boolean> {
  const known = new WeakMap<Socket, Promise<boolean | undefined>>();
  return async (socket) => {
    if (!uid) return false;
    const isOwn = known.get(socket) ?? isOwnPeer(socket, uid);
    known.set(socket, isOwn);
    return (await isOwn) === false;
  };
}

/** The two ends of a connection over IPv4. */
export type Ends = Pick<Socket, 'localAddress' | 'localPort' | 'remoteAddress' | 'remotePort'>;

/**
 * Whether a connection on loopback was made by this user (or by root, who may do anything): all users of a machine can see an
 * address among the arguments of a browser that is started with it, and are as quick as that. Undefined where the system does not
 * tell, as others than Linux do not.
 */
export async function isOwnPeer(ends: Ends, uid: number, tables = TABLES): Promise<boolean | undefined> {
  const { localAddress, localPort, remoteAddress, remotePort } = ends;
  // It is gone already, and its ends with it.
  if (localAddress === undefined || remoteAddress === undefined) return false;
  const [local, remote] = [asWritten(localAddress, localPort), asWritten(remoteAddress, remotePort)];
  for (let look = 0; look < LOOKS; look++) {
    const texts = await Promise.all(tables.map((path) => readFile(path, 'latin1').catch(() => '')));
    const entries = texts.flatMap((text) => text.split('\n').flatMap(readEntry));
    // A table without whoever listens here, as some containers have it, tells of nothing.
    if (!entries.some((each) => each.local === local && each.remote === NOBODY)) return undefined;
    const peer = entries.find((each) => each.local === remote && each.remote === local);
    // One that no process has any more (inode 0) is written down as root's, whoever made it.
    if (peer) return peer.inode !== 0 && (peer.uid === uid || peer.uid === 0);
  }
  // Whoever has gone again may have had something done all the same.
  return false;
}

// sl local_address rem_address st tx_queue:rx_queue tr:tm->when retrnsmt uid timeout inode …
const ENTRY = /^\s*\d+: (\S+) (\S+) \S+ \S+ \S+ \S+\s+(\d+)\s+\d+ (\d+) /;

function readEntry(line: string) {
  const [, local = '', remote = '', uid, inode] = ENTRY.exec(line) ?? [];
  return uid === undefined
    ? []
    : [{ local: asIPv4(local), remote: asIPv4(remote), uid: Number(uid), inode: Number(inode) }];
}

/** What comes over IPv4 to or from a socket that can do IPv6 is written with this before it. */
const MAPPED = ['0000000000000000FFFF0000', '00000000000000000000FFFF'];

function asIPv4(end: string): string {
  return MAPPED.some((prefix) => end.startsWith(prefix)) ? end.slice(24) : end;
}

/** An end as the kernel writes it: hex, the address in the machine's order of bytes. */
function asWritten(address: string, port = 0): string {
  const bytes = Buffer.from(address.split('.').map(Number));
  if (endianness() === 'LE') bytes.reverse();
  return `${bytes.toString('hex')}:${port.toString(16).padStart(4, '0')}`.toUpperCase();
}
