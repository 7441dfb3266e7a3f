import { readFileSync } from 'node:fs';
import type { FakeOpenAI } from '../fake-openai/fake-openai.ts';
import type { WebhookDelivery, WebhookReceipt } from '../fake-openai/webhook.ts';
import type { LocalCloud } from '../local-cloud/cloud.ts';
import { httpApiAddress } from '../local-cloud/http-api.ts';
import { type EmptySandbox, type Sandbox, SOURCE } from './sandbox.ts';

export type Delivery = Partial<WebhookDelivery> & { readonly source?: string };

/** Delivers a job's webhook from the fake OpenAI to the deployed endpoint, as OpenAI would. */
export function deliver(
  cloud: LocalCloud,
  sandbox: Sandbox,
  fake: FakeOpenAI,
  jobId: string,
  { source = SOURCE.alias, ...delivery }: Delivery = {},
): Promise<WebhookReceipt> {
  const { url, host } = httpApiAddress(cloud, `${sandbox.outputs.WebhookUrl}/${source}`);
  return fake.deliverWebhook({
    url: url.href,
    headers: { host },
    secret: sandbox.keys.webhookSecret,
    event: { type: 'fine_tuning.job.succeeded', jobId },
    ...(cloud.caFile && { ca: readFileSync(cloud.caFile, 'utf8') }),
    ...delivery,
  });
}

/** Lets the fake OpenAI reach the deployed endpoint by the URL that the stack has told, as OpenAI would. */
export function reachStack(cloud: LocalCloud, { outputs }: EmptySandbox, { reach }: FakeOpenAI): void {
  const { WebhookUrl = '' } = outputs;
  const { url, host } = httpApiAddress(cloud, WebhookUrl);
  reach.set(WebhookUrl, { target: url.href, host, ...(cloud.caFile && { ca: readFileSync(cloud.caFile, 'utf8') }) });
}
