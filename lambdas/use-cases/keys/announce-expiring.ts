import { announce } from '../../core/events/checkpoint-event.ts';
import { type EndingKey, endOf, expiringKeys } from '../../core/keys/key-concerns.ts';
import type { KeyWatch } from '../../core/keys/key-watch.ts';
import type { Ledger } from '../../core/ports/ledger.ts';
import type { Clock } from '../../core/ports/runtime.ts';
import { changeState, readState } from '../change.ts';
import { KEYS_AUTHOR } from './deps.ts';

/**
 * Announces each key that ends soon, once, in one write with the document that remembers it; once more where its end is another
 * by now. The alarm goes on for as long as it is so.
 */
export async function announceExpiring(ledger: Ledger, now: Clock): Promise<void> {
  for (const key of expiringKeys(await readState(ledger, 'keyWatch'), now())) {
    const { id: keyId, name, projectId, expiresAt } = key;
    const announcement = {
      act: 'key-expiring',
      keyId,
      name,
      kind: projectId === null ? 'admin' : 'project',
      projectId,
      expiresAt,
    } as const;
    await changeState(
      ledger,
      'keyWatch',
      (watch) => remember(watch, key),
      ({ version }) => announce(announcement, endOf(key, now()), KEYS_AUTHOR, now(), `keyWatch#${version}`),
    );
  }
}

/** What is watched no more is forgotten. */
function remember(watch: KeyWatch, { id, expiresAt }: EndingKey): KeyWatch {
  const { announced = {} } = watch;
  if (announced[id] === expiresAt) return watch;
  const watched = Object.values(watch.looks).flatMap(({ keys }) => keys.map((key) => key.id));
  const kept = Object.entries(announced).filter(([keyId]) => watched.includes(keyId));
  return { ...watch, announced: { ...Object.fromEntries(kept), [id]: expiresAt } };
}
