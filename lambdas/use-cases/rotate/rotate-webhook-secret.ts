import type { WebhookEndpointManagementApi } from '../../core/key-ports.ts';
import type { WebhookEndpoint, WebhookEndpointApi } from '../../core/ports/openai.ts';
import { isNamed } from '../../core/secrets/store.ts';
import { parseSecrets, whyNoKeys } from '../../core/webhook/secrets.ts';
import { type KeysCommandDeps, tell } from '../keys/deps.ts';
import { type RotatedSecret, type Rotation, RotationRefusedError } from './rotate.ts';

export type EndpointSecretsApi = WebhookEndpointApi & Pick<WebhookEndpointManagementApi, 'rotateSecret'>;

export interface RotateWebhookSecretDeps
  extends Pick<KeysCommandDeps, 'ledger' | 'author' | 'requestId' | 'now' | 'store'> {
  /** Source alias → ARN or name of its secret. */
  readonly webhookSecrets: ReadonlyMap<string, string>;
  /** With the project key of a source; undefined where there is none. */
  readonly endpointsOf: (source: string) => EndpointSecretsApi | undefined;
  /** Where OpenAI delivers, without the source's alias and without a slash at its end. */
  readonly webhookUrl: string;
}

/**
 * The webhook secrets of the sources. OpenAI makes the new one, and signs with both for 24 hours: in that time deliveries are
 * verified by the secret's current, previous and pending value. One whose answer is lost is simply rotated again.
 */
export function webhookSecretRotation(deps: RotateWebhookSecretDeps): Rotation {
  const { store, webhookSecrets, webhookUrl, endpointsOf } = deps;

  function sourceOf(secret: RotatedSecret): { readonly alias: string; readonly api: EndpointSecretsApi } {
    const [alias = ''] = [...webhookSecrets].find(([, id]) => isNamed(secret, id)) ?? [];
    const api = endpointsOf(alias);
    if (api !== undefined) return { alias, api };
    throw new RotationRefusedError(
      `The webhook secret of ${alias} is not rotated: the source has no project key to ask with`,
    );
  }

  async function endpointFor(
    secret: RotatedSecret,
  ): Promise<{ readonly api: EndpointSecretsApi; readonly endpoint: WebhookEndpoint }> {
    const { alias, api } = sourceOf(secret);
    const url = `${webhookUrl}/${alias}`;
    const [endpoint, ...others] = (await api.list()).filter((each) => each.url === url);
    if (endpoint !== undefined && others.length === 0) return { api, endpoint };
    throw new RotationRefusedError(
      endpoint === undefined
        ? `The webhook secret of ${alias} is not rotated: its project has no webhook endpoint ${url} at OpenAI. Make one in the project's settings, under Webhooks`
        : `The webhook secret of ${alias} is not rotated: its project has ${others.length + 1} webhook endpoints ${url} at OpenAI, each with a secret of its own. Delete all but one`,
    );
  }

  return {
    secretIds: [...webhookSecrets.values()],
    async create(secret) {
      const { api, endpoint } = await endpointFor(secret);
      const { signingSecret } = await api.rotateSecret(endpoint.id, { keepOldFor24Hours: true });
      await store.put(secret.arn, signingSecret, { token: secret.token, stages: ['AWSPENDING'] });
    },
    async test(secret, value) {
      if (parseSecrets(value).keys.length === 0)
        throw new RotationRefusedError(`The pending version of ${secret.arn} ${whyNoKeys(value)}`);
      await endpointFor(secret);
    },
    async finish(secret) {
      const { alias } = sourceOf(secret);
      await store.moveStage(secret.arn, 'AWSCURRENT', secret.token, secret.current);
      await tell(deps, 'key-changed', `webhook secret of ${alias}: the old one is good for 24 hours`);
    },
    finished: async () => undefined,
  };
}
