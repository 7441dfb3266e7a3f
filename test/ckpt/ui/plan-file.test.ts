import { describe, expect, it } from 'vitest';
import { createInMemoryLedger } from '../../in-memory/ledger.ts';
import { aJobRecord } from '../../use-cases/operate/ask.ts';
import { send, serve } from './serving.ts';

const POLICY = `version: 1
projects:
  research: { id: proj_Research, source: {} }
  prod-eu: { id: proj_ProdEu }
rules:
  - name: support
    from: research
    to: [prod-eu]
`;

async function withAJob() {
  const ledger = createInMemoryLedger();
  await ledger.saveJob(aJobRecord());
  return ledger;
}

async function planOf(url: string, body: string | Uint8Array<ArrayBuffer>, name = 'sharing.yaml'): Promise<unknown> {
  const headers = { 'content-type': 'application/yaml', 'x-file-name': encodeURIComponent(name) };
  return (await fetch(`${url}plan-file`, { method: 'POST', headers, body })).json();
}

describe('a policy file that is dropped on the page', () => {
  it('is planned as if it were deployed, also where the page may change nothing', async () => {
    await using page = await serve({ ledger: await withAJob() });
    expect(await planOf(page.url, POLICY)).toMatchObject({
      ok: true,
      result: {
        plan: {
          policy: { deployed: false },
          rules: [
            { rule: 'support', change: 'new', matches: 1 },
            { rule: 'rule', change: 'removed' },
          ],
          counts: { share: 1 },
          checkpoints: [{ changes: [{ projectId: 'proj_ProdEu', project: 'prod-eu', change: 'share' }] }],
        },
        warnings: [],
      },
    });
  });

  it('has its mistakes told with the file, lines and columns, and is asked nothing about', async () => {
    await using page = await serve();
    expect(await planOf(page.url, POLICY.replace('prod-eu]', 'prod-uk]'), 'neue Regeln.yaml')).toEqual({
      ok: false,
      error: {
        name: 'PolicyError',
        message: expect.stringMatching(/^neue Regeln\.yaml has a mistake\.\nneue Regeln\.yaml:8:10 rules\[0\]\.to/),
        next: 'Mend what is listed, then ask again.',
      },
    });
  });

  it('has its warnings told beside the plan', async () => {
    await using page = await serve();
    const answer = await planOf(page.url, `${POLICY}    match: { suffix: &prod prod }\n`);
    expect(answer).toMatchObject({ ok: true, result: { warnings: [expect.stringContaining('sharing.yaml:9:')] } });
  });

  it('may be in UTF-16, and is told so where it is no text at all', async () => {
    await using page = await serve();
    expect(await planOf(page.url, Buffer.from(`\uFEFF${POLICY}`, 'utf16le'))).toMatchObject({ ok: true });
    expect(await planOf(page.url, Buffer.from([0x1f, 0x8b, 8, 0, 0, 0]))).toMatchObject({
      ok: false,
      error: { message: expect.stringContaining('compressed with gzip') },
    });
  });

  it('is taken of the page alone: a type that no other site can send unasked', async () => {
    await using page = await serve();
    const path = `/${page.token}/plan-file`;
    expect(await send(page.port, path, { 'content-type': 'text/plain' }, 'POST', POLICY)).toMatchObject({
      status: 403,
    });
    expect(await send(page.port, path)).toMatchObject({ status: 403 });
  });

  it('may have a name that cannot be read', async () => {
    await using page = await serve();
    const headers = { 'content-type': 'application/yaml', 'x-file-name': '%' };
    const told = await send(page.port, `/${page.token}/plan-file`, headers, 'POST', 'version: 2');
    expect(JSON.parse(told.body)).toMatchObject({
      ok: false,
      error: { message: expect.stringMatching(/^The file has/) },
    });
  });
});
