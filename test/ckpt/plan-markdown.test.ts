import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PlanDocument } from '../../bin/ckpt/plan/plan-document.ts';
import { MOST_CHARACTERS, planAsMarkdown } from '../../bin/ckpt/plan/plan-markdown.ts';
import { asCode } from '../../bin/ckpt/text/markdown.ts';
import { CHANGES, type Change } from '../../lambdas/core/plan/change.ts';

const ID = '0'.repeat(64);

const change = (kind: Change, project: string, reason = 'wanted by support') => {
  return { change: kind, projectId: `proj_${project}`, project, permissionId: null, reason, underWay: false };
};

function aPlan(parts: Partial<PlanDocument> = {}): PlanDocument {
  const checkpoints = parts.checkpoints ?? [];
  const all = checkpoints.flatMap(({ changes }) => changes);
  return {
    version: 1,
    stack: 'CheckpointSharing',
    region: 'eu-west-1',
    id: 'feedc0de',
    at: '2026-11-20T12:00:00.000Z',
    policyDigest: ID,
    policy: { deployed: false, file: 'sharing.yaml', digest: ID, newSources: [] },
    rules: [],
    rulesLeftOut: 0,
    checkpoints,
    leftOut: 0,
    counts: Object.fromEntries(
      CHANGES.map((kind) => [kind, all.filter((each) => each.change === kind).length]),
    ) as PlanDocument['counts'],
    underWay: 0,
    calls: { create: 0, list: 0, delete: 0, seconds: 0 },
    guard: { id: null, revocations: 0, tracked: 0, letGoLately: 0, state: 'none', voided: null },
    left: { drifted: 0, flapping: 0, rejected: 0, paused: 0 },
    unmatchedRules: [],
    ...parts,
  };
}

const checkpoint = (name: string, ...changes: PlanDocument['checkpoints'][number]['changes']) => {
  return { checkpoint: name, jobId: 'ftjob-1', source: 'research', changes };
};

/** As GitHub shows a value: entities as their characters. */
const shown = (text: string) => text.replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));

describe('a plan as Markdown', () => {
  it('has a heading that says it all, and the rest folded, what is taken away first', () => {
    const text = planAsMarkdown(
      aPlan({
        checkpoints: [
          checkpoint('ft:a:b:c:1', change('share', 'eu'), change('share', 'us'), change('adopt', 'lab', 'there')),
          checkpoint('ft:a:b:c:2', change('share', 'eu'), change('revoke', 'us', 'no rule wants it')),
        ],
        rules: [
          {
            rule: 'support',
            change: 'changed',
            matches: 3,
            newly: ['ftjob-1'],
            newlyCount: 1,
            noLonger: [],
            noLongerCount: 0,
          },
          { rule: 'same', change: 'same', matches: 3, newly: [], newlyCount: 0, noLonger: [], noLongerCount: 0 },
        ],
        policy: { deployed: false, file: 'sharing.yaml', digest: ID, newSources: ['lab'] },
        calls: { create: 2, list: 0, delete: 1, seconds: 61 },
        guard: { id: 'feedc0de', revocations: 1, tracked: 2, letGoLately: 3, state: 'waiting', voided: null },
      }),
    );
    expect(shown(text)).toMatchInlineSnapshot(`
      "<!-- ckpt plan: CheckpointSharing in eu-west-1 -->
      ### Checkpoint Sharing: + 3 to share, ~ 0 to change, − 1 to revoke; **held by the guard**; 3 admin calls, the last of them in 1 min 1 s

      What deploying <code>sharing.yaml</code> (policy <code>000000000000</code>) to <code>CheckpointSharing</code> in <code>eu-west-1</code> would do. The guard would hold it: revoking 1 of 2 tracked permissions takes a person's word (<code>ckpt apply --confirm feedc0de</code>, once it is deployed). 3 more were revoked within a day, which counts with it.
      Also: 1 to adopt.

      Of <code>lab</code> the ledger knows no jobs yet: what they bring is not in this plan.

      <details><summary>Rules that differ: 1</summary>

      | rule | | jobs it matches | newly | no longer |
      |---|---|--:|--:|--:|
      | <code>support</code> | changed | 3 | 1 | 0 |

      </details>

      <details><summary>- 1 to revoke: <code>no rule wants it</code></summary>

      - <code>ft:a:b:c:2</code>: <code>us</code>

      </details>

      <details><summary>+ 3 to share: <code>wanted by support</code></summary>

      - <code>ft:a:b:c:1</code>: <code>eu</code>, <code>us</code>
      - <code>ft:a:b:c:2</code>: <code>eu</code>

      </details>

      <details><summary>~ 1 to adopt: <code>there</code></summary>

      - <code>ft:a:b:c:1</code>: <code>lab</code>

      </details>
      "
    `);
  });

  it('of the deployed policy says so, and without changes has nothing folded', () => {
    const policy = { deployed: true, file: null, digest: ID, newSources: [] };
    const text = planAsMarkdown(aPlan({ policy, rules: null }));
    expect(shown(text)).toBe(`<!-- ckpt plan: CheckpointSharing in eu-west-1 -->
### Checkpoint Sharing: no changes

What the deployed policy <code>000000000000</code> of <code>CheckpointSharing</code> in <code>eu-west-1</code> has still to do. The guard has nothing to hold: nothing is revoked.
`);
  });

  it('begins with the same line whatever it says, by which a comment is found again', () => {
    const [first] = planAsMarkdown(aPlan()).split('\n');
    expect(first).toMatch(/^<!-- .* -->$/);
    const other = aPlan({ checkpoints: [checkpoint('ft:a', change('share', 'eu'))], at: '2027-01-01T00:00:00.000Z' });
    expect(planAsMarkdown(other).split('\n')[0]).toBe(first);
  });

  it('is no longer than GitHub takes, and says how much of it is not there', () => {
    const many = Array.from({ length: 5_000 }, (_, index) => checkpoint(`ft:a:b:c:${index}`, change('share', 'eu')));
    const text = planAsMarkdown(aPlan({ checkpoints: many, leftOut: 7 }));
    expect(text.length).toBeLessThanOrEqual(MOST_CHARACTERS);
    const there = text.split('\n').filter((line) => line.startsWith('- ')).length;
    expect(there).toBeGreaterThan(500);
    expect(text).toContain(`… and ${5_000 - there} lines more, which do not fit into a comment. 7 changes are counted`);
    expect(text.match(/<details>/g)?.length).toBe(text.match(/<\/details>/g)?.length);
  });

  it('is no longer than that with the longest values either', () => {
    const long = '@|<`'.repeat(2_000);
    const rule = {
      rule: long,
      change: 'new',
      matches: 1,
      newly: [],
      newlyCount: 0,
      noLonger: [],
      noLongerCount: 0,
    } as const;
    const text = planAsMarkdown(
      aPlan({
        policy: {
          deployed: false,
          file: long,
          digest: ID,
          newSources: Array.from({ length: 500 }, () => 'a'.repeat(63)),
        },
        rules: [rule],
        checkpoints: [checkpoint(long, ...Array.from({ length: 1_000 }, () => change('share', long, long)))],
      }),
    );
    expect(text.length).toBeLessThanOrEqual(MOST_CHARACTERS);
  });
});

describe('a value in it', () => {
  const nasty = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc
      .array(
        fc.constantFrom(
          '`',
          '|',
          '@octocat',
          '<!-- x -->',
          '</details>',
          '#1',
          '[a](b)',
          '**',
          '\n',
          'www.a.b',
          'http://a',
          '&lt;',
          '\\',
          '$x$',
          'é',
        ),
      )
      .map((parts) => parts.join('')),
  );

  it('is made of nothing that means anything to GitHub, and shows as it is', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const inside = /^<code>(.*)<\/code>$/s.exec(asCode(text))?.[1] ?? 'not in code';
        expect(inside.replace(/&#\d+;/g, '')).toMatch(/^[\p{L}\p{N}\p{M} :,;-]*$/u);
        expect(inside).not.toMatch(/www\.|https?:\/\//);
        if (/^[!-~]*$/.test(text) && text.length <= 400) expect(shown(inside)).toBe(text);
      }),
    );
  });

  it('cannot end the part that it is in, nor begin another', () => {
    fc.assert(
      fc.property(nasty, nasty, (name, reason) => {
        const plan = aPlan({ checkpoints: [checkpoint(name, change('share', name, reason))] });
        const text = planAsMarkdown(plan);
        expect(text.match(/<\/?(?:details|summary)>/g)).toHaveLength(4);
        expect(text.match(/<!--/g)).toHaveLength(1);
        expect(text.split('\n').filter((line) => line.startsWith('- '))).toHaveLength(1);
        expect(text).not.toContain('@');
      }),
    );
  });
});
