import OpenAI from 'openai';
import type { FakeOpenAI } from '../fake-openai/fake-openai.ts';
import type { VirtualTime } from '../support/virtual-time.ts';

/** The SDK's own back-off: 0.5 s, doubled up to 8 s, less a quarter at random. It has no public switch for its sleep. */
const BACK_OFF = 'calculateDefaultRetryTimeoutMillis';

/**
 * Runs a script with the official client as it is, but for one thing: how long to back off is the SDK's decision, and
 * the sleep itself is virtual. Time stands still while the script does anything but sleep, as it does for the product.
 */
export async function onVirtualTime<Result>(
  { fake, time }: { readonly fake: FakeOpenAI; readonly time: VirtualTime },
  options: { readonly maxRetries?: number },
  script: (client: OpenAI) => Promise<Result>,
): Promise<Result> {
  let owedMs = 0;
  let rest = (): void => undefined;
  const work = (): void => {
    void time.busy(new Promise<void>((resolve) => (rest = resolve)));
  };

  const client = new OpenAI({
    ...options,
    baseURL: fake.url,
    adminAPIKey: fake.adminKey,
    fetch: async (url, init) => {
      if (owedMs > 0) {
        const slept = time.sleep(owedMs);
        owedMs = 0;
        rest();
        await slept;
        work();
      }
      return fetch(url, init);
    },
  });
  const backOff: unknown = Reflect.get(client, BACK_OFF);
  if (typeof backOff !== 'function')
    throw new TypeError(`This version of openai has no ${BACK_OFF}: find its new name.`);
  Reflect.set(client, BACK_OFF, (...retry: unknown[]) => {
    owedMs = Number(Reflect.apply(backOff, client, retry));
    return 0;
  });

  work();
  try {
    return await script(client);
  } finally {
    rest();
  }
}
