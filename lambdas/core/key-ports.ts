import type { WebhookEndpoint, WebhookEndpointApi } from './ports/openai.ts';
// Source of these: OpenAI's OpenAPI document, and the npm package openai 7.55.0 where that is newer. Each method may throw any
// `OpenAIError`. `NotFoundError` is what is thrown where what the thing belongs to is unknown, or what is to be changed.
// One that makes something and throws `UncertainError` may have made it: look for it by its name.
// No value of a key, secret or token is in an error.

/** What a deletion found: `absent`, nothing of that id. */
export type Deletion = 'deleted' | 'absent';

/** A webhook endpoint, and its signing secret (`whsec_…`), which OpenAI shows this once. */
export interface WithSigningSecret {
  readonly endpoint: WebhookEndpoint;
  /** Secret. */
  readonly signingSecret: string;
}

/** Makes and changes the webhook endpoints of one project, with its project key. */
export interface WebhookEndpointManagementApi extends WebhookEndpointApi {
  get(endpointId: string): Promise<WebhookEndpoint | null>;
  /** OpenAI takes https alone. */
  create(endpoint: Omit<WebhookEndpoint, 'id'>): Promise<WithSigningSecret>;
  /** What is left out stays; `eventTypes` is the complete set. */
  update(endpointId: string, change: Partial<Omit<WebhookEndpoint, 'id'>>): Promise<WebhookEndpoint>;
  delete(endpointId: string): Promise<Deletion>;
  /**
   * Unless the old secret is kept for 24 hours, it is dead at once. OpenAI signs with both while both live. After an
   * `UncertainError` the secret in use may be one that nobody has: rotate once more.
   */
  rotateSecret(endpointId: string, options: { readonly keepOldFor24Hours: boolean }): Promise<WithSigningSecret>;
  /**
   * Has OpenAI send a signed event of this type, about something that does not exist; it may come after the answer. A
   * delivery that failed is told by `success: false`, or as a `RefusedError`.
   */
  test(
    endpointId: string,
    eventType: string,
  ): Promise<{ readonly success: boolean; readonly statusCode: number | null }>;
  /** The event types that the project may subscribe to. */
  eventTypes(): Promise<readonly string[]>;
}
