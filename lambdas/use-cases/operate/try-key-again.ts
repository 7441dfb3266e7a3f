import { ENDPOINTS } from '../../core/pacing/endpoints.ts';
import type { Pacer } from '../pacer.ts';

/**
 * A person asks for something, who may have mended the admin key: what rests because of it is tried once more. Where
 * nothing was mended, the share function's first call is refused and it rests again.
 */
export async function tryKeyAgain({ pacer }: { readonly pacer: Pick<Pacer, 'releaseKey'> }): Promise<void> {
  for (const endpoint of ENDPOINTS) await pacer.releaseKey(endpoint);
}
