import { SecretUnusableError } from '../../core/errors.ts';
import { parseSecrets } from '../../core/webhook/secrets.ts';
import type { OperatorCommand } from './command.ts';
import type { CommandDeps } from './deps.ts';
import { explaining } from './explain-openai.ts';
import { toIsoOrNull } from './iso-time.ts';
import { judgeDelivery } from './judge-delivery.ts';
import { allowOnly, type Fields, notUnderstood, readText, readTextOrNull, readTimeOrNull } from './payload.ts';
import { webhookSecretName } from './webhook-sources.ts';

/** Of a header or body: what the webhook function takes, as base64. */
const MOST_BYTES = 400_000;

/** `webhook-verify`: holds a captured delivery against the checks of the webhook function. Nothing is queued. */
export const webhookVerify: OperatorCommand<'webhook-verify'> = {
  parse(fields) {
    allowOnly(fields, ['command', 'source', 'id', 'timestamp', 'signature', 'body', 'at']);
    // A header that did not come is empty, as it is to the webhook function.
    const header = (name: string) => readTextOrNull(fields, name, MOST_BYTES) ?? '';
    return {
      command: 'webhook-verify',
      source: readText(fields, 'source'),
      id: header('id'),
      timestamp: header('timestamp'),
      signature: header('signature'),
      body: readBase64(fields, 'body'),
      at: toIsoOrNull(readTimeOrNull(fields, 'at')),
    };
  },

  async run(deps, { source, id, timestamp, signature, body, at }) {
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
  },
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

function readBase64(fields: Fields, name: string): string {
  const text = readTextOrNull(fields, name, MOST_BYTES) ?? '';
  if (Buffer.from(text, 'base64').toString('base64') === text) return text;
  throw notUnderstood(`the field "${name}", which is no base64`);
}
