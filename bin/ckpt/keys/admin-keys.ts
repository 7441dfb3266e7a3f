import { z } from 'zod';
import { adminKey, deletedKey, madeAdminKey } from '../../../lambdas/shared/contract/keys.ts';
import type { AdminKey } from '../../../lambdas/shared/contract/operator.ts';
import { ask, gatherPages, type Patience, timeoutOption } from '../ask.ts';
import { CliError } from '../errors.ts';
import { group } from '../options.ts';
import type { CliCommand } from '../session.ts';
import { type ExpiryOptions, expiryOptions, secondsOf } from './expiry.ts';
import { readKeyId } from './key-id.ts';
import { expectYes, showKey, showKeys, showMade } from './keys-text.ts';
import { expectTerminal, showOnceOption, showValue } from './show-once.ts';

const GROUP = ['admin-keys', "see, make and delete the organisation's admin keys"] as const;

export const adminKeysList: CliCommand<Patience> = {
  document: z.array(adminKey).describe("The organisation's admin keys, in OpenAI's order."),
  define: (program) =>
    timeoutOption(
      group(program, ...GROUP)
        .command('list')
        .description('list the admin keys of the organisation'),
    ),

  async run(session, { timeout }) {
    const found: AdminKey[] = await gatherPages(session.terminal, 'keys', async (cursor) => {
      const page = await ask(session, { command: 'list-admin-keys', cursor }, { timeoutMs: timeout });
      return { items: page.keys, cursor: page.cursor };
    });
    return { document: found, text: () => showKeys(found, session.terminal.columns) };
  },
};

export const adminKeysShow: CliCommand<Patience> = {
  document: adminKey,
  define: (program) =>
    timeoutOption(
      group(program, ...GROUP)
        .command('show')
        .description('show one admin key')
        .argument('<id>', 'key_…'),
    ),

  async run(session, { timeout }, [word = '']) {
    const id = readKeyId(word, 'admin-keys');
    const found = await ask(session, { command: 'show-admin-key', id }, { timeoutMs: timeout });
    return { document: found, text: () => showKey(found) };
  },
};

interface CreateOptions extends Patience, ExpiryOptions {
  readonly scopes?: string;
  readonly secret?: string;
  readonly showOnce?: true;
}

export const adminKeysCreate: CliCommand<CreateOptions> = {
  document: madeAdminKey,
  define: (program) =>
    timeoutOption(
      showOnceOption(
        expiryOptions(
          group(program, ...GROUP)
            .command('create')
            .description('make an admin key with all rights; its value goes into a secret, and nowhere else')
            .argument('<name>', 'what it is to be called at OpenAI'),
        )
          .option('--secret <name or arn>', 'the secret for its value (default: STACK/keys/NAME, made where missing)')
          .option('--scopes <names>', 'refused: OpenAI gives every admin key made by API all rights'),
      ),
    ),

  async run(session, { timeout, scopes, secret = null, showOnce, ...expiry }, [name = '']) {
    if (scopes !== undefined) throw noScopes();
    if (showOnce) expectTerminal(session);
    const expiresInSeconds = secondsOf(expiry, session);
    const request = { command: 'create-admin-key', name, expiresInSeconds, secret } as const;
    const made = await ask(session, request, { timeoutMs: timeout });
    if (showOnce) await showValue(session, made.secret);
    return { document: made, text: () => showMade(made) };
  },
};

export const adminKeysDelete: CliCommand<Patience & { readonly yes?: true }> = {
  document: deletedKey,
  define: (program) =>
    timeoutOption(
      group(program, ...GROUP)
        .command('delete')
        .description('delete an admin key at OpenAI; the one in use is refused')
        .argument('<id>', 'key_…')
        .option('--yes', 'do it'),
    ),

  async run(session, { timeout, yes }, [word = '']) {
    const id = readKeyId(word, 'admin-keys');
    expectYes(yes, `the admin key ${id}`);
    const done = await ask(session, { command: 'delete-admin-key', id }, { timeoutMs: timeout });
    return { document: done, text: () => `${id} is deleted.\n` };
  },
};

function noScopes(): CliError {
  return new CliError({
    name: 'ScopesError',
    message: 'OpenAI makes admin keys by API with all rights only: --scopes cannot be given; nothing was done.',
    next: 'Leave it out, or make a restricted key by hand in the dashboard and put it into its secret.',
  });
}
