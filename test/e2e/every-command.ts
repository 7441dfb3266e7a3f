import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { aGrant, aResource, aStateFile } from '../ckpt/terraform/states.ts';
import { SOURCE } from '../sandbox/sandbox.ts';
import { reachStack } from '../sandbox/webhook.ts';
import { EU, STAGING, US } from './at-openai.ts';
import type { Stage } from './stage.ts';

/** A command with sensible arguments, and how it ends when all is well. */
export interface Example {
  readonly command: string;
  readonly args: readonly string[];
  /** More than one where that depends on what happens to be there. */
  readonly codes: readonly number[];
}

/**
 * Every command of the CLI, in an order in which each finds something to do. Needs a job of the source, whose checkpoint is
 * shared, and changes what is shared of it. Those that may have to wait do so for as long as `timeout` says.
 */
export async function everyCommand(
  stage: Stage,
  job: { readonly id: string; readonly finalModel: string },
  timeout = '60s',
): Promise<readonly Example[]> {
  const { directory } = stage.cloud;
  const adoptable = stage.addUnwatchedJob().finalModel;
  const granted = [EU, US, STAGING].map((projectId) => stage.fake.grant(adoptable, projectId));
  const state = join(directory, 'every-command.tfstate');
  const inState = aGrant({ id: granted[0]?.id, checkpoint_id: adoptable, project_ids: [EU, US] });
  await writeFile(state, aStateFile([aResource(inState)]));
  const request = join(directory, 'every-command.http');
  await writeFile(request, 'webhook-id: wh_1\r\nwebhook-timestamp: 1\r\nwebhook-signature: v1,AAAA\r\n\r\n{}');
  const plan = join(directory, 'every-command.json');
  const policy = join(directory, `${stage.sandbox.stackName}.yaml`);

  const adminKey = stage.fake.addAdminKey().id;
  const projectKey = stage.fake.addProjectKey(SOURCE.id).id;
  const ofProject = ['--project', SOURCE.alias];
  // It is connected: the secret that others verify with stays.
  reachStack(stage.cloud, stage.sandbox, stage.fake);
  const url = `${stage.sandbox.outputs.WebhookUrl}/${SOURCE.alias}`;
  stage.fake.addWebhookEndpoint(SOURCE.id, { url, secret: stage.sandbox.keys.webhookSecret });

  const example = (command: string, args: readonly string[] = [], ...codes: number[]): Example => {
    return { command, args: [...command.split(' '), ...args], codes: codes.length === 0 ? [0] : codes };
  };
  const by = ['--timeout', timeout];
  return [
    example('list', ['--state', 'active']),
    example('status'),
    example('plan', ['--out', plan]),
    example('plan', [policy]),
    example('apply', [plan], 0, 1),
    example('reconcile'),
    example('repair', [job.finalModel], 1),
    example('share', [adoptable, '--to', 'prod-eu', ...by]),
    example('show', [adoptable, '--live', ...by]),
    example('show', [job.id]),
    example('explain', [job.id]),
    example('explain', [job.finalModel, '--policy', policy]),
    example('adopt', [granted[1]?.id ?? '', '--checkpoint', adoptable, ...by]),
    example('adopt', ['--terraform-state', state, ...by]),
    example('adopt', [job.id]),
    example('verify', [adoptable, ...by]),
    example('ignore', [adoptable, '--project', 'prod-us', ...by]),
    example('ignore', [adoptable, '--undo', '--project', 'prod-us', ...by]),
    example('forget', [adoptable, '--project', 'prod-us', ...by]),
    example('revoke', [job.finalModel, '--all', ...by], 2),
    example('revoke', [job.finalModel, '--from', 'staging', '--withhold', '--yes', ...by]),
    example('jobs'),
    example('checkpoints', [job.id]),
    example('events', ['--limit', '5']),
    example('pause', ['--source', SOURCE.alias]),
    example('resume'),
    example('redrive'),
    example('doctor', by, 0, 1),
    example('setup', by, 0, 1),
    example('webhook send', ['--source', SOURCE.alias]),
    example('webhook verify', ['--source', SOURCE.alias, '--request', request], 1),
    example('sources connect', [SOURCE.alias, ...by]),
    example('sources disconnect', ['nowhere', '--yes'], 1),
    example('config check', [policy, '--deployed']),
    example('migrate terraform', [state]),
    example('admin-keys list'),
    example('admin-keys show', [adminKey]),
    example('admin-keys create', ['ci', '--expires-in', '90d', '--secret', 'every-command/admin']),
    example('admin-keys delete', [adminKey, '--yes']),
    example('project-keys list', ofProject),
    example('project-keys show', [projectKey, ...ofProject]),
    example('project-keys create', [
      '--service-account',
      'ci',
      ...ofProject,
      '--read-only',
      '--secret',
      'every-command/project',
    ]),
    example('project-keys update', [projectKey, ...ofProject, '--permission', 'fine_tuning=read']),
    example('project-keys delete', [projectKey, ...ofProject, '--yes']),
    // Where something else listens: it would go on for ever.
    example('ui', ['--port', new URL(stage.fake.url).port], 1),
    example('version'),
    example('completion', ['bash']),
  ];
}
