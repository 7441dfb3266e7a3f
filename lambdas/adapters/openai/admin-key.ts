import { createHash } from 'node:crypto';
import { isKeyUnusable } from '../../core/checkpoint/answers.ts';
import { MissingScopeError, SecretUnusableError } from '../../core/errors.ts';
import type { Secrets } from '../../core/ports/secrets.ts';
import { readKey } from '../../core/secrets/api-key.ts';
import type { OpenAIHttp } from './http.ts';

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
  /** Null where the secret holds nothing that can be one. */
  async function readAnew(): Promise<string | null> {
    try {
      return await readKey(secrets, secretId, { fresh: true });
    } catch (error) {
      if (error instanceof SecretUnusableError) return null;
      throw error;
    }
  }
  return {
    http: remembering((error) => isKeyUnusable(error) || error instanceof MissingScopeError),
    /** For what a good key need not be allowed to do. */
    optional: remembering(isKeyUnusable),
    /** Reads the key anew; true if it is a usable one, and another than was refused last. */
    async refresh(): Promise<boolean> {
      const before = refused;
      const key = await readAnew();
      return key !== null && key !== before;
    },
    /** Reads the key anew. Of a key, which nobody can guess, its mark tells nothing; null where there is none. */
    async mark(): Promise<string | null> {
      const key = await readAnew();
      return key && createHash('sha256').update(`admin key: ${key}`).digest('hex').slice(0, 16);
    },
  };
}
