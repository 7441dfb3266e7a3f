import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { bundlePage } from '../../../bin/ckpt/ui/bundle-page.ts';

let files: ReadonlyMap<string, string>;
beforeAll(async () => {
  files = new Map([...(await bundlePage())].map(([name, body]) => [name, Buffer.from(body).toString('utf8')]));
});

describe('the files of the page', () => {
  it('are one program, one style sheet, and what holds them', () => {
    expect([...files.keys()].sort()).toEqual(['icon.svg', 'index.html', 'page.css', 'page.js']);
  });

  it('name one another and nothing elsewhere', () => {
    const html = files.get('index.html') ?? '';
    const named = [...html.matchAll(/(?:href|src)="([^"]+)"/g)].map(([, file = '']) => file);
    expect(named.filter((file) => !files.has(file))).toEqual([]);
    for (const [name, text] of files) {
      // Those of namespaces are names, which nobody asks for.
      const addresses = [...text.matchAll(/https?:\/\/[^\s"'`)]+/g)].map(([address]) => address);
      expect({ name, elsewhere: addresses.filter((address) => !address.startsWith('http://www.w3.org/')) }).toEqual({
        name,
        elsewhere: [],
      });
    }
    expect(files.get('page.css')).not.toMatch(/url\(|@import/);
  });

  it('have nothing that the content security policy would refuse', () => {
    expect(files.get('index.html')).not.toMatch(/<script(?![^>]*src=)|<style|\sstyle=|\son\w+=/);
    expect(files.get('page.js')).not.toMatch(/\beval\(|new Function\(|\bimport\(/);
  });

  it('are small enough to be there at once', () => {
    expect(gzipSync(files.get('page.js') ?? '').length).toBeLessThan(60_000);
    expect(gzipSync(files.get('page.css') ?? '').length).toBeLessThan(10_000);
  });
});
