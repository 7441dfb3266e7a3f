import type { OpenAIHttp } from '../adapters/openai/http.ts';
import { isKeyUnusable } from '../core/checkpoint/answers.ts';
import { MissingScopeError, SecretUnusableError } from '../core/errors.ts';
import type { Secrets } from '../core/ports.ts';
import { readKey } from '../core/secrets/api-key.ts';

/**
 * OpenAI with the admin key that the secret holds, and the memory of which key was refused: lanes call side by side,
 * so that one may be refused with the old key when another has already found the new one.
 */
export function withAdminKey(
  secrets: Pick<Secrets, 'current'>,
  secretId: string,
  httpWith: (key: () => Promise<string>) => OpenAIHttp,
) {
  let refused: string | undefined;
  const remembering = (isRefusal: (error: unknown) => boolean): OpenAIHttp => ({
    async call(call) {
      let used: string | undefined;
      const keyed = httpWith(async () => {
        used = await readKey(secrets, secretId);
        return used;
      });
      try {
        return await keyed.call(call);
      } catch (error) {
        if (used !== undefined && isRefusal(error)) refused = used;
        throw error;
      }
    },
  });
  return {
    http: remembering(isKeyUnusable),
    /** For what a good key need not be allowed to do. */
    optional: remembering((error) => isKeyUnusable(error) && !(error instanceof MissingScopeError)),
    /** Reads the key anew; true if it is a usable one, and another than was refused last. */
    async refresh(): Promise<boolean> {
      try {
        return (await readKey(secrets, secretId, { fresh: true })) !== refused;
      } catch (error) {
        if (error instanceof SecretUnusableError) return false;
        throw error;
      }
    },
  };
}
