import { mayTryAgain } from '../../core/pacing/rests.ts';
import { changeState } from '../change-state.ts';
import type { OperateDeps } from './deps.ts';

/**
 * A person asks for something, who may have mended what OpenAI refused: what rests because of it is tried once more. Where
 * nothing was mended, the share function's first call is refused and it rests again.
 */
export async function tryKeyAgain({ ledger, now }: Pick<OperateDeps, 'ledger' | 'now'>): Promise<void> {
  await changeState(ledger, 'rests', (rests) => mayTryAgain(rests, now()));
}
