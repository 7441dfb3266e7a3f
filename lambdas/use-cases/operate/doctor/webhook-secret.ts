import { parseSecrets } from '../../../core/webhook/secrets.ts';
import { capital, type KeyName } from '../explain-openai.ts';
import { webhookSecretName } from '../webhook-sources.ts';
import { bad, type Check, type Found, good, notice } from './check.ts';
import { keyForm } from './key-form.ts';
import { keyProblem } from './to-found.ts';

/** Whether a source's webhook secret is there and holds something to verify deliveries with. */
export function webhookSecret(source: string): Check {
  return {
    name: `webhook-secret ${source}`,
    async look({ deps }) {
      const secret = webhookSecretName(deps, source);
      try {
        const [current = '', previous] = await deps.secrets.currentAndPrevious(secret.secretId, { fresh: true });
        return judge(secret, current, previous);
      } catch (error) {
        const problem = keyProblem(secret, error);
        if (problem === undefined) throw error;
        return [problem];
      }
    },
  };
}

function judge(secret: KeyName, current: string, previous: string | undefined): readonly Found[] {
  const { keys, malformed } = parseSecrets(current);
  if (keys.length === 0) return [bad(`The secret ${secret.secretId} holds ${insteadOf(current)}.`, putSecret(secret))];
  const before = previous === undefined ? 0 : parseSecrets(previous).keys.length;
  const also = before === 0 ? '' : `, and ${before} of before`;
  const usable = good(`${capital(secret.name)} holds ${keys.length} to verify deliveries with${also}.`);
  if (malformed === 0) return [usable];
  const entries = malformed === 1 ? 'an entry that is' : `${malformed} entries that are`;
  return [
    usable,
    notice(
      `${capital(secret.name)} also holds ${entries} no whsec_… with canonical base64; nothing is accepted under it.`,
      putSecret(secret),
    ),
  ];
}

/** Names what it is, and never repeats it. */
function insteadOf(value: string): string {
  const form = keyForm(value);
  if (form === 'admin' || form === 'project' || value.startsWith('sk-'))
    return 'an API key where a webhook secret is to be';
  if (form === 'webhook')
    return 'a webhook secret that was not copied whole: what follows whsec_ is no canonical base64';
  return 'no webhook secret: whsec_… as OpenAI showed it, several separated by white space';
}

function putSecret({ secretId }: KeyName): string {
  return `Put the secret that OpenAI showed for the endpoint into it: aws secretsmanager put-secret-value --secret-id ${secretId} --secret-string file:///dev/stdin. It is shown once; rotate it at OpenAI if nobody has it any more.`;
}
