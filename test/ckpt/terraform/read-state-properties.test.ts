import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CliError, debugText } from '../../../bin/ckpt/errors.ts';
import { groupByCheckpoint } from '../../../bin/ckpt/terraform/group-by-checkpoint.ts';
import { readTerraformState } from '../../../bin/ckpt/terraform/read-state.ts';
import { aResource, aShown, aShowOutput, aStateFile, CANARY, CHECKPOINT, KEY_CANARY, OTHER } from './states.ts';

/** All that comes out: results, or the error with whatever a person can have shown of it. */
function outcome(text: string): string {
  try {
    const state = readTerraformState(text);
    return JSON.stringify([state, groupByCheckpoint(state)]);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return [error.message, error.next, debugText(error)].join('\n');
  }
}

function expectNoSecret(text: string) {
  expect(outcome(text)).not.toMatch(/canary/i);
}

/** Values of every kind; each text that is not an id has a secret in it. */
const secret = fc
  .tuple(fc.string({ unit: 'binary', maxLength: 8 }), fc.constantFrom(CANARY, KEY_CANARY))
  .map(([before, canary]) => `${before} ${canary}`);
const id = fc.constantFrom(
  'cp_1',
  'proj_EU',
  'ftjob-1',
  'ftckpt_1',
  CHECKPOINT,
  OTHER,
  `${CHECKPOINT}:proj_X`,
  `perm_${OTHER}_proj_X`,
);
const scalar = fc.oneof(id, secret, fc.constantFrom(null, true, 4, '', 'managed'), fc.integer());
const value = fc.oneof(scalar, fc.array(scalar, { maxLength: 3 }), fc.dictionary(secret, scalar, { maxKeys: 2 }));

const attributes = fc.record(
  { id: value, checkpoint_id: value, project_ids: value, created_at: value, admin_api_key: value, note: value },
  { requiredKeys: [] },
);
/** Keys of `for_each` are shown, unless they look like a secret. */
const key = fc.oneof(
  fc.nat(3),
  fc.string({ unit: 'binary', maxLength: 8 }).map((before) => `${before} ${KEY_CANARY}`),
);
const parts = fc.record(
  { name: value, module: value, index: key, address: value, sensitive_values: value },
  { requiredKeys: [] },
);

describe('readTerraformState', () => {
  it('never gives away what is not an id, out of whatever state file', () => {
    const resource = fc.tuple(fc.oneof(attributes, value), parts, key).map(([held, more, index]) => {
      return aResource(held, more, { index_key: index });
    });
    fc.assert(
      fc.property(fc.array(fc.oneof(resource, value), { maxLength: 4 }), (resources) => {
        expectNoSecret(aStateFile(resources));
      }),
      { numRuns: 1500 },
    );
  });

  it('never gives away what is not an id, out of whatever output of terraform show', () => {
    const shown = fc.tuple(fc.oneof(attributes, value), parts).map(([held, more]) => aShown(held, more));
    const resources = fc.array(fc.oneof(shown, value), { maxLength: 3 });
    const child = fc.record({ address: value, resources });
    fc.assert(
      fc.property(resources, fc.array(child, { maxLength: 2 }), (own, children) => {
        expectNoSecret(aShowOutput(own, children));
      }),
      { numRuns: 1000 },
    );
  });

  it('takes or refuses every text in sentences, and quotes none', () => {
    const whole = aStateFile([aResource()]);
    const broken = fc
      .tuple(fc.nat(whole.length), fc.nat(20), fc.string({ unit: 'binary', maxLength: 5 }))
      .map(([at, length, put]) => whole.slice(0, at) + put + whole.slice(at + length));
    const anyJson = fc.json().map((text) => text.replaceAll('"', `"${CANARY}`));
    fc.assert(fc.property(fc.oneof(broken, anyJson), expectNoSecret), { numRuns: 1500 });
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => void outcome(text)));
  });

  it('finds the same in a state file as in what Terraform shows of it', () => {
    const grant = fc.record({ id, checkpoint_id: id, project_ids: fc.array(id, { maxLength: 3 }) });
    fc.assert(
      fc.property(fc.array(grant, { maxLength: 4 }), (grants) => {
        const kept = readTerraformState(aStateFile(grants.map((held) => aResource(held))));
        const shown = readTerraformState(aShowOutput(grants.map((held) => aShown(held))));
        expect(shown).toEqual(kept);
      }),
    );
  });
});
