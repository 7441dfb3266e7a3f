import { describe, expect, it } from 'vitest';
import { CliError, debugText } from '../../../bin/ckpt/errors.ts';
import { readTerraformState } from '../../../bin/ckpt/terraform/read-state.ts';
import { aResource, aStateFile, CANARY, KEY_CANARY } from './states.ts';

/** The error that a text is refused with. */
function refusal(text: string): CliError {
  try {
    readTerraformState(text, 'x.tfstate');
  } catch (error) {
    expect(error).toBeInstanceOf(CliError);
    return error as CliError;
  }
  throw new Error('The text was taken.');
}

const json = (value: unknown) => JSON.stringify(value);

describe('readTerraformState refuses', () => {
  it.each<[string, string, RegExp]>([
    ['an empty text', '', /^x\.tfstate is empty: .* Run "terraform state pull/],
    ['white space', ' \n\t', /is empty/],
    [
      'what is cut off',
      aStateFile([aResource()]).slice(0, -20),
      /is not JSON, or is cut off\. Run "terraform state pull/,
    ],
    ['text', `${CANARY}\n`, /is not JSON/],
    ['a configuration', 'resource "openai_project" "x" {\n  name = "hunter2-canary"\n}\n', /Terraform's own language/],
    ['terraform show without -json', `# openai_x.y:\n  resource "openai_x" "y" {\n`, /"terraform show" without -json/],
    ['a saved plan', 'PK\u0003\u0004\u0014', /is a saved plan.* Run "terraform show -json PLAN > FILE"/],
    ['the log of terraform plan -json', '{"@level":"info"}\n{"@level":"info"}\n', /is not JSON/],
    ['a number', '4', /is JSON, but neither a Terraform state nor/],
    ['null', 'null', /is JSON, but neither/],
    ['a list', json([{ version: 4, resources: [] }]), /is JSON, but neither/],
    ['other JSON', json({ name: CANARY }), /is JSON, but neither/],
    ['the outputs of Terraform', json({ key: { value: KEY_CANARY, sensitive: true } }), /is JSON, but neither/],
    ['a version that is a text', json({ version: '4', resources: [] }), /is JSON, but neither/],
    ['a state without resources', json({ version: 4, serial: 1 }), /is JSON, but neither/],
    ['resources that are no list', json({ version: 4, resources: { a: CANARY } }), /is JSON, but neither/],
    [
      'a state of Terraform 0.11',
      json({ version: 3, serial: 1, modules: [{ path: ['root'], resources: {} }] }),
      /is a state of version 3.* Run "terraform state pull > FILE" with a current Terraform/,
    ],
    [
      'the backend settings in .terraform',
      json({ version: 3, terraform_version: '1.13.3', backend: { type: 's3', config: { access_key: CANARY } } }),
      /no resources in it: it is what Terraform keeps in \.terraform.* Run "terraform state pull > FILE" in that conf/,
    ],
    [
      'the same of Terraform 0.12, with modules',
      json({ version: 3, backend: { type: 's3' }, modules: [{ path: ['root'], outputs: {}, resources: {} }] }),
      /it is what Terraform keeps in \.terraform/,
    ],
    [
      'the lines of a wrapper around half a state',
      `[command]/tmp/terraform-bin state pull\n{"version":4,"key":"${CANARY}"\n::debug::exitcode: 0\n`,
      /lines of the setup-terraform wrapper .* Set "terraform_wrapper: false" at hashicorp/,
    ],
    [
      'the error of a state lock',
      '\u001b[31m╷\u001b[0m\n│ Error: Error acquiring the state lock\n│ Who: hunter2-canary@host\n',
      /was locked by somebody else.* Wait until/,
    ],
    ['another error', '╷\n│ Error: Backend initialization required: hunter2-canary\n', /an error message of Terraform/],
    ['an HTML page', '\n<!DOCTYPE html><html>hunter2-canary</html>', /is an HTML page, such as a sign-in page/],
    [
      'the XML of a bucket',
      '<?xml version="1.0"?><Error><Code>NoSuchKey</Code></Error>',
      /is XML, such as the error of/,
    ],
    [
      'a pointer of Git LFS',
      'version https://git-lfs.github.com/spec/v1\noid sha256:1\n',
      /Git LFS.* Run "git lfs pull"/,
    ],
    ['terraform show of nothing', 'The state file is empty. No resources are represented.\n', /of an empty state/],
    [
      'terraform show in colours',
      '\u001b[1m# openai_x.y:\u001b[0m\n\u001b[0mresource "openai_x" "y" {\n',
      /"terraform show" without -json/,
    ],
    ['two states', `${aStateFile([aResource()])}\n${aStateFile([aResource()])}`, /is not JSON/],
    ['a state that PowerShell has read as other bytes', 'v\0e\0r\0', /no text \(U\+0000\)/],
    ['a merge', `{\n<<<<<<< HEAD\n  "serial": 1,\n=======\n`, /a merge that was not finished/],
    [
      'a merge that begins as a state does',
      `{\n  "version": 4,\n<<<<<<< HEAD\n  "serial": 1,\n=======\n`,
      /a merge that was not finished/,
    ],
    [
      'a plan for people',
      'Terraform will perform the following actions:\n\n  # openai_x.y will be created\n  + resource "openai_x" "y" {\n',
      /is what Terraform prints for people.* Run "terraform state pull > FILE"/,
    ],
    ['a part of one', '  ~ resource "openai_x" "y" {\n        name = "hunter2-canary"\n', /prints for people/],
    ['a plan of nothing', 'openai_x.y: Refreshing state... [id=cp_1]\n\nNo changes. Your infra', /prints for people/],
    ['an apply', 'openai_x.y: Creating...\n\nApply complete! Resources: 1 added\n', /prints for people/],
    ['terraform init', 'Initializing the backend...\n', /prints for people/],
    [
      'the log of a plan and half a state',
      `Initializing the backend...\n{\n  "version": 4,\n  "a": "${CANARY}"\n`,
      /is not JSON, or is cut off/,
    ],
    [
      'a state in base64',
      Buffer.from(aStateFile([aResource()])).toString('base64'),
      /is encoded in base64\. Decode it \(base64 -d/,
    ],
    ['a missing Terraform', 'bash: line 1: terraform: command not found\n', /a shell said when it did not find/],
    ['a missing state', 'No state file was found!\n\nState management commands', /where there is no state/],
    ['terraform state list', 'openai_project.a\nmodule.m["x"].openai_y.b[0]\n', /the output of "terraform state list"/],
    ['terraform output', 'password = "hunter2-canary"\nkey = <sensitive>\n', /the output of "terraform output"/],
    [
      'the log of terraform plan -json',
      '{"@level":"info"}\n{"@level":"info"}\n',
      /is not JSON as a whole: it is the log .* Run "terraform state pull/,
    ],
    [
      'the same of one that refreshes',
      '{"@level":"info","@message":"Terraform 1.13.4"}\n{"@level":"info","@message":"openai_x.y: Refreshing state... [id=cp_1]"}\n{"@level":"info","@message":"Plan: 1 to add"}\n',
      /the log of a command with -json/,
    ],
    ['a line of it', '{"@level":"info","@message":"hunter2-canary"}', /a line of the log of a command/],
    [
      'terraform output -json',
      json({ key: { sensitive: true, type: 'string', value: KEY_CANARY } }),
      /: it is the output of "terraform output -json", which holds no resources/,
    ],
    [
      'what HCP Terraform says of a state version',
      json({
        data: { id: 'sv-1', type: 'state-versions', attributes: { serial: 9, 'hosted-state-download-url': CANARY } },
      }),
      /an answer of the API of HCP Terraform .* Run "terraform state pull > FILE" in that workspace, or download/,
    ],
    ['several of them', json({ data: [{ type: 'state-versions', attributes: { serial: 9 } }] }), /HCP Terraform/],
    [
      'a state of Pulumi',
      json({ version: 3, deployment: { resources: [{ urn: CANARY }] } }),
      /a state of Pulumi.* Pin by hand what it shares/,
    ],
    ['one of its own backend', json({ version: 3, checkpoint: { latest: { urn: CANARY } } }), /a state of Pulumi/],
    ...[{ errors: [{ status: '404' }] }, { message: CANARY }, { error: CANARY }, { __type: 'AccessDenied' }].map(
      (answer): [string, string, RegExp] => [
        `a refusal, ${Object.keys(answer)}`,
        json(answer),
        /an error of the service that was asked for the state: it says why\. Run/,
      ],
    ),
    [
      '.terraform/modules/modules.json',
      json({ Modules: [{ Key: '', Dir: CANARY }] }),
      /list of modules .* \.terraform/,
    ],
    ...[
      'An error occurred (AccessDenied) when calling the GetObject operation: hunter2-canary',
      'fatal error: Unable to locate credentials',
      'ERROR: (gcloud.storage.cp) hunter2-canary',
      'bash: ./terraform: Permission denied',
    ].map((text): [string, string, RegExp] => [text, `\n${text}\n`, /an error message of the tool that was to get/]),
    ['values of variables', 'project  = "hunter2-canary"\nregion   = "eu"\n', /or the values of variables/],
    ['the lock of a state', json({ ID: 'x', Operation: 'OperationTypeApply', Who: CANARY }), /the lock of a state/],
    ['terraform version -json', json({ terraform_version: '1.9.8', terraform_outdated: false }), /version -json/],
    ['the schemas', json({ format_version: '1.0', provider_schemas: {} }), /"terraform providers schema -json"/],
    ['a secret of Kubernetes', json({ apiVersion: 'v1', kind: 'Secret', data: { tfstate: CANARY } }), /of Kubernetes/],
    ['a configuration in JSON', json({ resource: { openai_project: { a: { name: CANARY } } } }), /\.tf\.json/],
    [
      'a state of the future',
      json({ version: 5, resources: [] }),
      /version 5; this command knows version 4\. Run "terr/,
    ],
    [
      'a state that OpenTofu has encrypted',
      json({ serial: 1, lineage: 'x', meta: { 'key_provider.pbkdf2.a': CANARY }, encrypted_data: CANARY }),
      /is encrypted by OpenTofu\. Run "tofu state pull > FILE"/,
    ],
    [
      'a form of the future',
      json({ format_version: '2.0', values: { root_module: {} } }),
      /of a form that this command/,
    ],
    [
      'the schemas of providers',
      json({ format_version: '1.0', provider_schemas: { a: CANARY } }),
      /is JSON, but neither/,
    ],
    ['values that are none', json({ format_version: '1.0', values: CANARY }), /is JSON, but neither/],
    ['values without a root', json({ format_version: '1.0', values: { outputs: {} } }), /is JSON, but neither/],
    [
      'modules that are no list',
      json({ format_version: '1.0', values: { root_module: { child_modules: CANARY } } }),
      /is JSON, but neither/,
    ],
  ])('%s, and says what to do', (_, text, expected) => {
    const error = refusal(text);
    expect(`${error.message} ${error.next}`).toMatch(expected);
    expect(error.name).toBe('TerraformStateError');
    // The errors of JSON.parse quote the text; so would a cause.
    expect(`${error.message} ${error.next} ${debugText(error)}`).not.toMatch(/canary/);
  });
});
