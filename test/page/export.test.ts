import { describe, expect, it } from 'vitest';
import { listedPermission } from '../../lambdas/shared/contract/permissions.ts';
import { asCsv, asJson, asSvg } from '../../page/model/export.ts';
import { aLedger, aListed, FINAL, STEP } from './rows.ts';

const ledger = aLedger([
  aListed(),
  aListed({ projectId: 'proj_US', project: 'prod-us', state: 'drifted' }),
  aListed({ checkpoint: STEP, source: '=HYPERLINK("x")', permissionId: 'cp_3' }),
  aListed({ checkpoint: STEP, source: '=HYPERLINK("x")', permissionId: 'cp_4' }),
]);
const extract = { rows: [...ledger.rows.values()], columns: [...ledger.projects.values()], fits: undefined };

describe('the matrix as a file', () => {
  it('is a table for a spreadsheet, which it gives no formula', () => {
    expect(asCsv(extract)).toBe(
      [
        'source,job,checkpoint,prod-eu,prod-us',
        `research,ftjob-1,${FINAL},active,drifted`,
        `"'=HYPERLINK(""x"")",ftjob-1,${STEP},active,`,
        '',
      ].join('\r\n'),
    );
  });

  it('is JSON, each permission as ckpt list has it', () => {
    const permissions = listedPermission.array().parse(JSON.parse(asJson(extract)));
    expect(permissions.map(({ permissionId, projectId }) => [permissionId, projectId])).toEqual([
      ['cp_1', 'proj_EU'],
      ['cp_1', 'proj_US'],
      ['cp_3', 'proj_EU'],
      ['cp_4', 'proj_EU'],
    ]);
  });

  it('has only what was asked for', () => {
    const fits = ({ state }: { state: string }) => state === 'drifted';
    expect(JSON.parse(asJson({ ...extract, fits }))).toHaveLength(1);
    expect(asCsv({ ...extract, fits })).toContain(`${FINAL},,drifted`);
  });

  it('is a drawing that names projects and states, and nothing that could run', () => {
    const odd = aLedger([aListed({ project: '<script>&"' })]);
    const svg = asSvg({ rows: [...odd.rows.values()], columns: [...odd.projects.values()], fits: undefined });
    expect(svg).toContain('&lt;script>&amp;&quot;');
    expect(svg).not.toContain('<script');
    expect(svg).toContain('>active</text>');
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" width="\d+" height="\d+"/);
  });
});
