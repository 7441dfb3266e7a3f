import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readStateFile } from '../../../bin/ckpt/terraform/read-state-file.ts';
import { aResource, aStateFile } from './states.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ckpt-state-'));
});
afterEach(() => rm(directory, { recursive: true }));

const TEXT = aStateFile([aResource()]);

describe('readStateFile', () => {
  it.each([
    ['UTF-8', Buffer.from(TEXT)],
    ['UTF-8 with a byte order mark', Buffer.from(`\uFEFF${TEXT}`)],
    ['UTF-16, as PowerShell writes it', Buffer.from(`\uFEFF${TEXT}`, 'utf16le')],
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
