import type { WebhookEndpointManagementApi } from '../../core/key-ports.ts';
import type { ListedEndpoint, WebhookEndpointApi } from '../../core/ports/openai.ts';
import { isNamed } from '../../core/secrets/store.ts';
import { entriesOf, holdsSecretOf } from '../../core/webhook/connection.ts';
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

/** How one of the sources that verify with a secret stands at OpenAI. */
interface Delivery {
  readonly api: EndpointSecretsApi;
  readonly endpoint: ListedEndpoint;
  /** All of its project. */
  readonly listed: readonly ListedEndpoint[];
}

/**
 * The webhook secrets of the sources. OpenAI makes the new one, and signs with both for 24 hours: in that time deliveries are
 * verified by the secret's current, previous and pending value. OpenAI's hint may show that an answer was lost, but nothing
 * gives that secret back: it is rotated again, and the old one lives on unless OpenAI keeps the last alone, of which it says
 * nothing. A secret that several sources verify with holds one of each.
 */
export function webhookSecretRotation(deps: RotateWebhookSecretDeps): Rotation {
  const { store, webhookSecrets, webhookUrl, endpointsOf } = deps;

  function aliasesOf(secret: RotatedSecret): readonly string[] {
    return [...webhookSecrets].filter(([, id]) => isNamed(secret, id)).map(([alias]) => alias);
  }

  async function deliveryOf(alias: string): Promise<Delivery> {
    const api = endpointsOf(alias);
    const problem = (why: string) => new RotationRefusedError(`The webhook secret of ${alias} is not rotated: ${why}`);
    if (api === undefined) throw problem('the source has no project key to ask with');
    const url = `${webhookUrl}/${alias}`;
    const listed = await api.list();
    const [endpoint, ...others] = listed.filter((each) => each.url === url);
    if (endpoint === undefined) {
      throw problem(`its project has no webhook endpoint ${url} at OpenAI. Make one: "ckpt sources connect ${alias}"`);
    }
    if (others.length > 0) {
      throw problem(
        `its project has ${others.length + 1} webhook endpoints ${url} at OpenAI, each with a secret of its own. Delete all but one`,
      );
    }
    return { api, endpoint, listed };
  }

  async function deliveriesWith(secret: RotatedSecret): Promise<readonly Delivery[]> {
    const deliveries: Delivery[] = [];
    for (const alias of aliasesOf(secret)) deliveries.push(await deliveryOf(alias));
    return deliveries;
  }

  return {
    secretIds: [...webhookSecrets.values()],
    async create(secret) {
      const deliveries = await deliveriesWith(secret);
      const made: string[] = [];
      for (const { api, endpoint } of deliveries) {
        made.push((await api.rotateSecret(endpoint.id, { keepOldFor24Hours: true })).signingSecret);
      }
      const held = entriesOf((await store.read(secret.arn, { stage: 'AWSCURRENT' })) ?? '');
      const ours = new Set(deliveries.map(({ endpoint }) => endpoint.id));
      const elsewhere = deliveries.flatMap(({ listed }) => listed.filter(({ id }) => !ours.has(id)));
      const kept = held.filter((entry) => elsewhere.some(({ signsWith }) => signsWith(entry) === true));
      await store.put(secret.arn, [...made, ...kept].join('\n'), { token: secret.token, stages: ['AWSPENDING'] });
    },
    // Somebody has connected or rotated since.
    async isStale(secret, value) {
      return (await deliveriesWith(secret)).some(({ endpoint }) => holdsSecretOf(endpoint, value) === false);
    },
    async test(secret, value) {
      if (parseSecrets(value).keys.length === 0)
        throw new RotationRefusedError(`The pending version of ${secret.arn} ${whyNoKeys(value)}`);
      for (const { endpoint } of await deliveriesWith(secret)) {
        if (holdsSecretOf(endpoint, value) !== false) continue;
        throw new RotationRefusedError(
          `The pending version of ${secret.arn} is not what OpenAI signs with for ${endpoint.url}: rotate once more`,
        );
      }
    },
    async finish(secret) {
      await store.moveStage(secret.arn, 'AWSCURRENT', secret.token, secret.current);
      await tell(
        deps,
        'key-changed',
        `webhook secret of ${aliasesOf(secret).join(', ')}: the old one is good for 24 hours`,
      );
    },
    finished: async () => undefined,
  };
}
