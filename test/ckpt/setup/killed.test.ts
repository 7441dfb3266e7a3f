import { describe, expect, it } from 'vitest';
import type { Session } from '../../../bin/ckpt/session.ts';
import { Killed, Killer } from '../../support/crash.ts';
import { type Options, openSetup, type Person } from './scene.ts';

/** Every question, every call of a function, and every secret that is put in is a step that may be the last. */
function watchedBy(killer: Killer, session: Session): Session {
  const { operator, terminal, clientConfig } = session;
  const { ask } = killer.watch({ ask: operator.ask });
  const aws = killer.watch({ clientConfig });
  const { question } = killer.watch({ question: terminal.ask ?? (async () => '') });
  return {
    ...session,
    clientConfig: (service) => aws.clientConfig(service),
    operator: { ...operator, ask },
    terminal: { ...terminal, ask: terminal.ask && question },
  };
}

const WAYS: readonly (readonly [how: string, person: Person | null, stdin: boolean])[] = [
  ['on a terminal', { says: 'yes' }, false],
  ['with nobody there', null, true],
];

describe.each(WAYS)('a setup %s', (_, person, stdin) => {
  it.each(['before', 'after'] as const)('ends the same, killed %s any question and any call', async (moment) => {
    for (let at = 0; ; at++) {
      await using scene = await openSetup();
      const someone: Person | null = person && { ...person, key: scene.adminKey };
      const options: Options & { input?: string } = stdin ? { adminKeyStdin: true, input: scene.adminKey } : {};
      const killer = new Killer(at, moment);
      const first = await scene.run(someone, options, (session) => watchedBy(killer, session)).catch((error) => error);
      if (killer.struck) expect(first).toBeInstanceOf(Killed);

      const { exitCode, bad } = await scene.run(someone, options);
      expect({ at, exitCode, bad }).toEqual({ at, exitCode: 0, bad: [] });
      expect(scene.made().map(({ value }) => value)).toEqual([scene.stored('research-key')]);
      expect(scene.endpoints().map(({ secrets }) => secrets[0]?.value)).toEqual([scene.stored('research-webhook')]);
      expect(Object.keys((await scene.store.describe('admin'))?.versions ?? {})).toHaveLength(1);

      const before = await scene.everything();
      scene.asked.length = 0;
      await scene.run(someone, options);
      expect({ asked: scene.asked, ...(await scene.everything()) }).toEqual({ asked: [], ...before });
      if (!killer.struck) break;
    }
  });
});

describe('another admin key', () => {
  it.each(['before', 'after'] as const)(
    'is in use or not, killed %s any call, and never one that does not work',
    async (moment) => {
      for (let at = 0; ; at++) {
        await using scene = await openSetup();
        await scene.run(null, { adminKeyStdin: true, input: scene.adminKey });
        const other = scene.fake.addAdminKey().value;
        const options = { adminKeyStdin: true, input: other, yes: true } as const;
        const killer = new Killer(at, moment);
        await scene.run(null, options, (session) => watchedBy(killer, session)).catch(() => undefined);
        expect([scene.adminKey, other]).toContain(scene.stored('admin'));
        const { exitCode } = await scene.run(null, options);
        expect({ at, exitCode, key: scene.stored('admin') }).toEqual({ at, exitCode: 0, key: other });
        if (!killer.struck) break;
      }
    },
  );
});
