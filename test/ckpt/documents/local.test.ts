import { copyFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe } from 'vitest';
import { completion } from '../../../bin/ckpt/completion/completion.ts';
import { configCheck } from '../../../bin/ckpt/policy/config-check.ts';
import { migrateTerraform } from '../../../bin/ckpt/policy/migrate-terraform.ts';
import { aFolder } from '../folder.ts';
import { openTestSession } from '../session.ts';
import { aGrant, aResource, aStateFile } from '../terraform/states.ts';
import { describeDocuments } from './describe-documents.ts';
import { print } from './print.ts';

const EXAMPLE = fileURLToPath(new URL('../../../sharing.example.yaml', import.meta.url));

/** The forms of a rule that the example does not have, and a warning. */
const OTHER_FORMS = `version: 1
projects: { lab: { id: proj_LAB, source: {} } }
rules:
  - { name: all, from: lab, checkpoints: all, to: proj_X }
  - { name: last, from: lab, checkpoints: { last: 2 }, to: proj_X, match: { baseModel: "ft:*" } }
permissions: [{ checkpoint: ft:gpt:org::Abc, to: proj_X }]
`;

describe('documents of commands that need no stack', () => {
  const { session } = openTestSession();

  const checked = async () => {
    await using folder = await aFolder();
    const write = async (name: string, text: string) => {
      await writeFile(folder.in(name), text);
      return folder.in(name);
    };
    await copyFile(EXAMPLE, folder.in('example.yaml'));
    return [
      await print(session, configCheck, {}, folder.in('example.yaml')),
      await print(session, configCheck, { deployed: true }, await write('other.yaml', OTHER_FORMS)),
      await print(session, configCheck, {}, await write('bad.yaml', 'version: 1\nrules: [{ name: "a\\u200bb" }]\n')),
    ];
  };
  // A source has an alias: it could not be named otherwise.
  describeDocuments('config check', checked, ['.summary.sources[].project is never null (1)']);

  describeDocuments('migrate terraform', async () => {
    await using folder = await aFolder();
    const empty = aResource(aGrant({ id: '', checkpoint_id: '', project_ids: [] }), { name: 'empty' });
    await writeFile(folder.in('state'), aStateFile([aResource(), empty]));
    return [
      await print(session, migrateTerraform, {}, folder.in('state')),
      await print(session, migrateTerraform, { out: folder.in('sharing.yaml') }, folder.in('state')),
    ];
  });

  describeDocuments('completion', async () => {
    return Promise.all(['bash', 'zsh', 'fish', 'powershell'].map((shell) => print(session, completion, {}, shell)));
  });
});
