export interface FakeWebhookEndpoint {
  /** `whe_…` */
  readonly id: string;
  readonly projectId: string;
  readonly name: string;
  readonly url: string;
  /** By OpenAI's names. */
  readonly eventTypes: readonly string[];
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

/** Where OpenAI sends each project's webhooks. */
export class WebhookEndpoints {
  readonly #endpoints: FakeWebhookEndpoint[] = [];

  add(endpoint: FakeWebhookEndpoint): FakeWebhookEndpoint {
    this.#endpoints.push(endpoint);
    return endpoint;
  }

  /** Newest first; of the same time, the one added last first. */
  ofProject(projectId: string | null): readonly FakeWebhookEndpoint[] {
    return this.#endpoints
      .filter((endpoint) => endpoint.projectId === projectId)
      .reverse()
      .sort((a, b) => b.createdAt - a.createdAt);
  }
}
