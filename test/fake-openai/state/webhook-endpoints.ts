import type { WebhookEvent } from '../webhook.ts';

export interface SigningSecret {
  /** `whsec_` and base64. */
  readonly value: string;
  /** Milliseconds since the epoch; null: until another takes its place. */
  readonly until: number | null;
}

export interface FakeWebhookEndpoint {
  /** `whe_…` */
  readonly id: string;
  readonly projectId: string;
  name: string;
  url: string;
  /** By OpenAI's names. */
  eventTypes: readonly string[];
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  updatedAt: number;
  /** The current one first. */
  secrets: readonly SigningSecret[];
}

/** Where OpenAI sends each project's webhooks. */
export class WebhookEndpoints {
  readonly #endpoints: FakeWebhookEndpoint[] = [];
  /** What is still to be sent, and where. */
  readonly late: { readonly endpoint: FakeWebhookEndpoint; readonly event: WebhookEvent }[] = [];

  add(endpoint: FakeWebhookEndpoint): FakeWebhookEndpoint {
    this.#endpoints.push(endpoint);
    return endpoint;
  }

  delete(id: string): void {
    this.#endpoints.splice(
      this.#endpoints.findIndex((endpoint) => endpoint.id === id),
      1,
    );
  }

  /** Newest first; of the same time, the one added last first. */
  ofProject(projectId: string | null): readonly FakeWebhookEndpoint[] {
    return this.#endpoints
      .filter((endpoint) => endpoint.projectId === projectId)
      .reverse()
      .sort((a, b) => b.createdAt - a.createdAt);
  }
}
