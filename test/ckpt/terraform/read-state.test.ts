import { describe, expect, it } from 'vitest';
import { readTerraformState } from '../../../bin/ckpt/terraform/read-state.ts';
import {
  aGrant,
  aResource,
  aShown,
  aShowOutput,
  aStateFile,
  CANARY,
  CHECKPOINT,
  KEY_CANARY,
  OTHER,
  PERMISSION,
  shownValues,
} from './states.ts';

const GRANT = { permissionId: 'cp_1', checkpoint: CHECKPOINT, projectIds: ['proj_EU', 'proj_US'] };

describe('a state file of version 4', () => {
  it('gives each instance with its address, permission id, checkpoint and projects', () => {
    const state = readTerraformState(
      aStateFile([
        aResource(),
        aResource(aGrant(), { module: 'module.eu["a.b"].module.x', name: 'second' }, { index_key: 1 }),
        aResource(aGrant(), {}, { index_key: 'team a' }),
      ]),
    );
    expect(state.permissions).toEqual([
      { address: `${PERMISSION}.prod`, ...GRANT },
      { address: `module.eu["a.b"].module.x.${PERMISSION}.second[1]`, ...GRANT },
      { address: `${PERMISSION}.prod["team a"]`, ...GRANT },
    ]);
    expect(state.problems).toEqual([]);
  });

  it('passes over data sources and other types, and lists the ids of fine-tuning jobs once', () => {
    const job = (id: unknown) => aResource({ id, api_key: KEY_CANARY }, { type: 'openai_fine_tuning_job' });
    const state = readTerraformState(
      aStateFile([
        aResource(aGrant(), { mode: 'data' }),
        aResource(aGrant(), { type: `${PERMISSION}s` }),
        job('ftjob-1'),
        job('ftjob-2'),
        job('ftjob-1'),
        job(CANARY),
        job(null),
      ]),
    );
    expect(state).toEqual({ permissions: [], problems: [], jobIds: ['ftjob-1', 'ftjob-2'] });
  });

  it('without resources is an empty one', () => {
    expect(readTerraformState(aStateFile([]))).toEqual({ permissions: [], problems: [], jobIds: [] });
  });

  it('leaves out what Terraform is about to destroy, and says so', () => {
    const { permissions, problems } = readTerraformState(
      aStateFile([aResource(aGrant(), {}, { deposed: '0a1b2c3d' }), aResource(aGrant(), {}, { status: 'tainted' })]),
    );
    expect(permissions).toHaveLength(1);
    expect(problems).toEqual([
      { address: `${PERMISSION}.prod`, message: expect.stringContaining('about to destroy it, so it was left out') },
    ]);
  });

  it.each([
    ['a resource without instances', { ...aResource(), instances: undefined }],
    ['an instance without attributes', aResource(null)],
    ['an instance with the attributes of Terraform 0.11', aResource(null, {}, { attributes_flat: { id: 'cp_1' } })],
  ])('says so of %s', (_, resource) => {
    const { permissions, problems } = readTerraformState(aStateFile([resource]));
    expect(permissions).toMatchObject([{ permissionId: null, checkpoint: null, projectIds: [] }]);
    expect(problems).toMatchObject([{ message: expect.stringContaining('The state holds no attributes of it') }]);
  });
});

describe('the output of terraform show -json', () => {
  it('gives the instances of all modules, in their order', () => {
    const text = aShowOutput(
      [aShown(), aShown(aGrant({ id: 'cp_2' }), { index: 0, address: `${PERMISSION}.prod[0]` })],
      [
        { address: 'module.a', child_modules: [{ address: 'module.a.module.b["x"]', resources: [aShown()] }] },
        { address: 'module.c', resources: [aShown(aGrant(), { index: 'k' })] },
      ],
    );
    expect(readTerraformState(text).permissions).toEqual([
      { address: `${PERMISSION}.prod`, ...GRANT },
      { address: `${PERMISSION}.prod[0]`, ...GRANT, permissionId: 'cp_2' },
      { address: `module.a.module.b["x"].${PERMISSION}.prod`, ...GRANT },
      { address: `module.c.${PERMISSION}.prod["k"]`, ...GRANT },
    ]);
  });

  it('of a plan counts what is there, not what is planned', () => {
    const plan = {
      format_version: '1.2',
      planned_values: shownValues([aShown(), aShown(aGrant({ checkpoint_id: OTHER }))]),
      prior_state: { format_version: '1.0', values: shownValues([aShown()]) },
    };
    expect(readTerraformState(JSON.stringify(plan)).permissions).toEqual([{ address: `${PERMISSION}.prod`, ...GRANT }]);
    const first = { format_version: '1.2', planned_values: shownValues([aShown()]) };
    expect(readTerraformState(JSON.stringify(first)).permissions).toEqual([]);
    const beforeAnything = { ...first, prior_state: { format_version: '1.0' } };
    expect(readTerraformState(JSON.stringify(beforeAnything)).permissions).toEqual([]);
  });

  it('leaves out what is deposed, and passes over data sources', () => {
    const text = aShowOutput([aShown(aGrant(), { deposed_key: '0a1b' }), aShown(aGrant(), { mode: 'data' })]);
    expect(readTerraformState(text)).toMatchObject({
      permissions: [],
      problems: [{ message: expect.stringContaining('left out') }],
    });
  });

  it('of an empty state is an empty one', () => {
    const text = JSON.stringify({ format_version: '1.0', terraform_version: '1.13.4' });
    expect(readTerraformState(text).permissions).toEqual([]);
  });

  it('is read however deep its modules are nested', () => {
    const depth = 100_000;
    const resource = JSON.stringify({ resources: [aShown()] });
    const root = `${'{"child_modules":['.repeat(depth)}${resource}${']}'.repeat(depth)}`;
    const text = `{"format_version":"1.0","values":{"root_module":${root}}}`;
    expect(readTerraformState(text).permissions).toHaveLength(1);
  });
});

describe('an instance', () => {
  function read(attributes: Record<string, unknown>) {
    const { permissions, problems } = readTerraformState(aStateFile([aResource(aGrant(attributes))]));
    return { permission: permissions[0], problems: problems.map(({ message }) => message) };
  }

  it.each<[string, Record<string, unknown>, object]>([
    [
      'with an id that the provider made up has no permission id',
      { id: `perm_${CHECKPOINT}_proj_EU`, project_ids: ['proj_EU'] },
      { permissionId: null, checkpoint: CHECKPOINT, projectIds: ['proj_EU'] },
    ],
    [
      'that was imported as checkpoint:project has both from its id',
      { id: `${CHECKPOINT}:proj_X`, checkpoint_id: '', project_ids: null },
      { permissionId: null, checkpoint: CHECKPOINT, projectIds: ['proj_X'] },
    ],
    [
      'that was imported for an intermediate checkpoint, too',
      { id: `${OTHER}:proj_X`, checkpoint_id: null, project_ids: [] },
      { permissionId: null, checkpoint: OTHER, projectIds: ['proj_X'] },
    ],
    [
      'adds the project of its id to those that it lists',
      { id: `${CHECKPOINT}:proj_X`, project_ids: ['proj_EU', 'proj_EU', 'proj_X'] },
      { permissionId: null, checkpoint: CHECKPOINT, projectIds: ['proj_EU', 'proj_X'] },
    ],
    [
      'that was imported by the model id alone has its checkpoint from there',
      { id: CHECKPOINT, checkpoint_id: '' },
      { permissionId: null, checkpoint: CHECKPOINT, projectIds: ['proj_EU', 'proj_US'] },
    ],
  ])('%s', (_, attributes, expected) => {
    const { permission, problems } = read(attributes);
    expect(permission).toEqual({ address: `${PERMISSION}.prod`, ...expected });
    expect(problems).toEqual([]);
  });

  it.each<[string, Record<string, unknown>, object, RegExp]>([
    [
      'imported by its permission id alone',
      { checkpoint_id: '', project_ids: [] },
      { permissionId: 'cp_1', checkpoint: null, projectIds: [] },
      /does not say which checkpoint it is for, as after an import: look the checkpoint up in OpenAI's audit log, under cp_1/,
    ],
    [
      'with no id either',
      { id: CANARY, checkpoint_id: null },
      { permissionId: null, checkpoint: null },
      /does not say which checkpoint .*: look the checkpoint up in its configuration, and pin it by hand/,
    ],
    [
      'with the id of a checkpoint at its job',
      { checkpoint_id: 'ftckpt_abc123' },
      { permissionId: 'cp_1', checkpoint: null },
      /Its checkpoint_id is ftckpt_abc123, with which OpenAI's permission API fails: look up that checkpoint's model id/,
    ],
    [
      'with something else for a checkpoint',
      { checkpoint_id: CANARY },
      { checkpoint: null },
      /Its checkpoint_id is not a model id \(ft:…\): look the checkpoint up in OpenAI's audit log/,
    ],
    [
      'with a checkpoint that a terminal would obey',
      { checkpoint_id: 'ft:gpt:org::\u001b[2J' },
      { checkpoint: null },
      /not a model id/,
    ],
    [
      'without projects',
      { project_ids: [] },
      { checkpoint: CHECKPOINT, projectIds: [] },
      /does not say which projects it is for: look up project_ids in its configuration/,
    ],
    [
      'with projects that are none',
      { project_ids: ['proj_EU', CANARY, 7, null] },
      { projectIds: ['proj_EU'] },
      /^3 of its project_ids are not project ids/,
    ],
    [
      'whose id and checkpoint contradict each other',
      { id: `${OTHER}:proj_X` },
      { checkpoint: CHECKPOINT, projectIds: ['proj_EU', 'proj_US'] },
      /name different checkpoints, of which checkpoint_id was taken/,
    ],
  ])('%s is told with what to do', (_, attributes, expected, message) => {
    const { permission, problems } = read(attributes);
    expect(permission).toMatchObject(expected);
    expect(problems.join('\n')).toMatch(message);
    for (const problem of problems) expect(problem).toMatch(/^[A-Z0-9].*\.$/);
  });

  it('is told of everything at once', () => {
    expect(read({ id: null, checkpoint_id: 'x', project_ids: ['y'] }).problems).toHaveLength(3);
  });
});
