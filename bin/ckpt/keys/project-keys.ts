import { z } from 'zod';
import { deletedKey, madeProjectKey, projectKey } from '../../../lambdas/shared/contract/keys.ts';
import type { ProjectKey } from '../../../lambdas/shared/contract/operator.ts';
import { ask, gatherPages, type Patience, timeoutOption } from '../ask.ts';
import { CliError } from '../errors.ts';
import { group } from '../options.ts';
import type { CliCommand, Session } from '../session.ts';
import { type ExpiryOptions, expiryOptions, secondsOf } from './expiry.ts';
import { readKeyId } from './key-id.ts';
import { expectYes, showKey, showKeys, showMade } from './keys-text.ts';
import { readScopes, type ScopeOptions, scopeOptions } from './scopes.ts';
import { expectTerminal, showOnceOption, showValue } from './show-once.ts';

const GROUP = ['project-keys', 'see, make, change and delete the keys of a project'] as const;

interface OfProject extends Patience {
  readonly project?: string;
}

const PROJECT = [
  '--project <alias or id>',
  "the project (default: the organisation's default project, which is found and named)",
] as const;

export const projectKeysList: CliCommand<OfProject> = {
  document: z.array(projectKey).describe("The project's keys, in OpenAI's order."),
  define: (program) =>
    timeoutOption(
      group(program, ...GROUP)
        .command('list')
        .description('list the keys of a project')
        .option(...PROJECT),
    ),

  async run(session, { project = null, timeout }) {
    const found: ProjectKey[] = await gatherPages(session.terminal, 'keys', async (cursor) => {
      const page = await ask(session, { command: 'list-project-keys', project, cursor }, { timeoutMs: timeout });
      if (cursor === null) nameDefault(session, project, page);
      return { items: page.keys, cursor: page.cursor };
    });
    return { document: found, text: () => showKeys(found, session.terminal.columns) };
  },
};

export const projectKeysShow: CliCommand<OfProject> = {
  document: projectKey,
  define: (program) =>
    timeoutOption(
      group(program, ...GROUP)
        .command('show')
        .description('show one key of a project')
        .argument('<id>', 'key_…')
        .option(...PROJECT),
    ),

  async run(session, { project = null, timeout }, [word = '']) {
    const id = readKeyId(word, 'project-keys');
    const found = await ask(session, { command: 'show-project-key', project, id }, { timeoutMs: timeout });
    nameDefault(session, project, found);
    return { document: found, text: () => showKey(found) };
  },
};

interface CreateOptions extends OfProject, ExpiryOptions, ScopeOptions {
  readonly serviceAccount: string;
  readonly name?: string;
  readonly secret?: string;
  readonly showOnce?: true;
}

export const projectKeysCreate: CliCommand<CreateOptions> = {
  document: madeProjectKey,
  define: (program) =>
    timeoutOption(
      showOnceOption(
        expiryOptions(
          scopeOptions(
            group(program, ...GROUP)
              .command('create')
              .description('make a key of a service account; its value goes into a secret, and nowhere else')
              .option(...PROJECT)
              .requiredOption('--service-account <name or id>', 'whose key it is to be; made where there is none')
              .option('--name <name>', "what it is to be called at OpenAI (default: the service account's name)"),
          ),
        ).option('--secret <name or arn>', 'the secret for its value (default: STACK/keys/NAME, made where missing)'),
      ),
    ).addHelpText('after', '\nWithout --read-only, --permission or --scopes it may do all that the project may.'),

  async run(session, options) {
    const { project = null, serviceAccount, name = null, secret = null, showOnce, timeout } = options;
    if (showOnce) expectTerminal(session);
    const { projectId, ...made } = await ask(
      session,
      {
        command: 'create-project-key',
        project,
        serviceAccount,
        name,
        scopes: readScopes(options),
        expiresInSeconds: secondsOf(options, session),
        secret,
      },
      { timeoutMs: timeout },
    );
    nameDefault(session, project, { projectId });
    if (showOnce) await showValue(session, made.secret);
    return { document: made, text: () => showMade(made) };
  },
};

type UpdateOptions = OfProject & ExpiryOptions & ScopeOptions;

export const projectKeysUpdate: CliCommand<UpdateOptions> = {
  document: projectKey,
  define: (program) =>
    timeoutOption(
      expiryOptions(
        scopeOptions(
          group(program, ...GROUP)
            .command('update')
            .description('change what a key may do, or when it ends; its value stays')
            .argument('<id>', 'key_…')
            .option(...PROJECT),
        ),
      ),
    ).addHelpText(
      'after',
      '\nThe scopes that are named replace those that it has. OpenAI heeds a change with a delay.',
    ),

  async run(session, options, [word = '']) {
    const id = readKeyId(word, 'project-keys');
    const { project = null, timeout } = options;
    const [scopes, expiresInSeconds] = [readScopes(options), secondsOf(options, session)];
    if (scopes === null && expiresInSeconds === null) throw nothingAsked();
    const request = { command: 'update-project-key', project, id, scopes, expiresInSeconds } as const;
    const changed = await ask(session, request, { timeoutMs: timeout });
    nameDefault(session, project, changed);
    return { document: changed, text: () => showKey(changed) };
  },
};

export const projectKeysDelete: CliCommand<OfProject & { readonly yes?: true }> = {
  document: deletedKey,
  define: (program) =>
    timeoutOption(
      group(program, ...GROUP)
        .command('delete')
        .description('delete a key of a project at OpenAI; one that the system works with is refused')
        .argument('<id>', 'key_…')
        .option(...PROJECT)
        .option('--yes', 'do it'),
    ),

  async run(session, { project = null, timeout, yes }, [word = '']) {
    const id = readKeyId(word, 'project-keys');
    expectYes(yes, `the key ${id}`);
    const request = { command: 'delete-project-key', project, id } as const;
    const { projectId, ...done } = await ask(session, request, { timeoutMs: timeout });
    nameDefault(session, project, { projectId });
    return { document: done, text: () => `${id} is deleted.\n` };
  },
};

/** Where no project was named, the one that was meant is told. */
function nameDefault({ terminal }: Session, named: string | null, { projectId }: { readonly projectId: string }): void {
  if (named === null) terminal.err(`The default project is ${projectId}.\n`);
}

function nothingAsked(): CliError {
  return new CliError({
    name: 'ScopesError',
    message: 'Nothing was named that is to change; nothing was done.',
    next: 'Say what it may do (--read-only, --permission, --scopes), or when it is to end (--expires-in, --expires-at).',
  });
}
