import { SecretUnusableError } from '../../core/errors.ts';
import { parseSecrets } from '../../core/webhook/secrets.ts';
import type { Command, CommandDeps } from './deps.ts';
import { explaining } from './explain-openai.ts';
import { judgeDelivery } from './judge-delivery.ts';
import { webhookSecretName } from './webhook-sources.ts';

/** `webhook-verify`: holds a captured delivery against the checks of the webhook function. Nothing is queued. */
export const webhookVerify: Command<'webhook-verify'> = async (
  deps,
  { source, id, timestamp, signature, body, at },
) => {
  const secret = webhookSecretName(deps, source);
  const [current = '', previous] = await explaining(secret, () => {
    return deps.secrets.currentAndPrevious(secret.secretId, { fresh: true });
  });
  const secrets = {
    current: parseSecrets(current),
    previous: previous === undefined ? null : parseSecrets(previous),
    others: await readOthers(deps, source),
  };
  const nowMs = at === null ? deps.now() : Date.parse(at);
  return judgeDelivery({ id, timestamp, signature, body: Buffer.from(body, 'base64') }, secrets, nowMs / 1000);
};

/** By alias; those that cannot be read have nothing to say. */
async function readOthers({ secrets, secretIds }: CommandDeps, source: string) {
  const others = [...secretIds.webhookSecrets].filter(([alias]) => alias !== source);
  const read = await Promise.all(
    others.map(async ([alias, secretId]) => {
      try {
        return [alias, parseSecrets(await secrets.current(secretId)).keys] as const;
      } catch (error) {
        if (error instanceof SecretUnusableError) return [alias, []] as const;
        throw error;
      }
    }),
  );
  return new Map(read);
}
