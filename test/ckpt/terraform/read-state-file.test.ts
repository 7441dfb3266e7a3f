import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readStateFile } from '../../../bin/ckpt/terraform/read-state-file.ts';
import { aResource, aStateFile } from './states.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ckpt-state-'));
});
afterEach(() => rm(directory, { recursive: true }));

const TEXT = aStateFile([aResource()]);

const PRETTY = JSON.stringify(JSON.parse(TEXT), null, 2);

/** As hashicorp/setup-terraform hands it on. */
function wrapped(output: string): string {
  return `[command]/home/runner/_temp/1b2c/terraform-bin state pull\n${output}::debug::Terraform exited with code 0.\n::debug::stdout: {}\n::debug::exitcode: 0\n`;
}

describe('readStateFile', () => {
  it.each([
    ['UTF-8', Buffer.from(TEXT)],
    ['UTF-8 with a byte order mark', Buffer.from(`\uFEFF${TEXT}`)],
    ['UTF-16, as PowerShell writes it', Buffer.from(`\uFEFF${TEXT}`, 'utf16le')],
    ['UTF-16 of the other byte order', Buffer.from(`\uFEFF${TEXT}`, 'utf16le').swap16()],
    ['UTF-16 without a mark', Buffer.from(TEXT, 'utf16le')],
    ['what is between the lines of a wrapper', Buffer.from(wrapped(`${PRETTY}\n`))],
    ['the same with CRLF, in UTF-16', Buffer.from(wrapped(`${PRETTY}\n`).replaceAll('\n', '\r\n'), 'utf16le')],
    ['what a wrapper follows on the same line', Buffer.from(wrapped(TEXT))],
    ['the log of a job', Buffer.from(wrapped(`${PRETTY}\n`).replaceAll(/^/gm, '2026-11-20T12:00:00.0000000Z '))],
    [
      'what a shell says before and Terraform after',
      Buffer.from(`direnv: loading .envrc\n${TEXT}\nReleasing state lock...\n`),
    ],
  ])('reads %s', async (_, bytes) => {
    const file = join(directory, 'terraform.tfstate');
    await writeFile(file, bytes);
    expect((await readStateFile(file)).permissions).toHaveLength(1);
  });

  it('reads standard input for -', async () => {
    const pieces = [Buffer.from(TEXT.slice(0, 100)), Buffer.from(TEXT.slice(100))];
    expect((await readStateFile('-', Readable.from(pieces))).permissions).toHaveLength(1);
    await expect(readStateFile('-', Readable.from([]))).rejects.toThrow(/^Standard input is empty/);
  });

  it('says that a file is compressed', async () => {
    const file = join(directory, 'state.gz');
    await writeFile(file, gzipSync(TEXT));
    await expect(readStateFile(file)).rejects.toMatchObject({
      message: `${file} is compressed with gzip.`,
      next: expect.stringContaining('gzip -dc'),
    });
  });

  it.each([
    ['bzip2', Buffer.from('BZh91AY'), 'compressed with bzip2', 'bzip2 -dc'],
    ['xz', Buffer.from('fd377a585a00', 'hex'), 'compressed with xz', 'xz -dc'],
    ['Zstandard', Buffer.from('28b52ffd24', 'hex'), 'compressed with Zstandard', 'zstd -dc'],
    ['UTF-32', Buffer.from('7b000000220000007600000065000000', 'hex'), 'in UTF-32', 'Save it as a text in UTF-8'],
    ['UTF-32 with a mark', Buffer.from('fffe00007b000000', 'hex'), 'in UTF-32', 'Save it as a text in UTF-8'],
    ['UTF-32 of the other order', Buffer.from('0000feff0000007b', 'hex'), 'in UTF-32', 'Save it as a text in UTF-8'],
  ])('says that a file is no such text: %s', async (_, bytes, form, next) => {
    const file = join(directory, 'state');
    await writeFile(file, bytes);
    await expect(readStateFile(file)).rejects.toMatchObject({
      message: `${file} is ${form}.`,
      next: expect.stringContaining(next),
    });
  });

  it('says that a file is a saved plan', async () => {
    const file = join(directory, 'plan');
    await writeFile(file, Buffer.from('504b0304140000000800ffd8', 'hex'));
    await expect(readStateFile(file)).rejects.toThrow(/is a saved plan \(or another ZIP archive\)/);
  });

  it('names the file in its errors', async () => {
    const file = join(directory, 'empty.tfstate');
    await writeFile(file, '');
    await expect(readStateFile(file)).rejects.toThrow(`${file} is empty`);
  });

  it('says that a file is not there, or is a folder, and what to name', async () => {
    const next = expect.stringContaining('Name a Terraform state');
    const missing = join(directory, 'none');
    await expect(readStateFile(missing)).rejects.toMatchObject({ message: `There is no file ${missing}.`, next });
    await expect(readStateFile(directory)).rejects.toMatchObject({
      message: `${directory} is a folder, not a file.`,
      next,
    });
  });

  it('passes on what else the file system says', async () => {
    await expect(readStateFile('bad\0name')).rejects.toMatchObject({
      name: 'FileError',
      message: expect.stringContaining('cannot be read'),
    });
  });
});
