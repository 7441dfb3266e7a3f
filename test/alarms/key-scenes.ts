import { createAuditLogApi } from '../../lambdas/adapters/openai/audit-logs.ts';
import { createDispatcher } from '../../lambdas/adapters/openai/exchange.ts';
import { createHttp } from '../../lambdas/adapters/openai/http.ts';
import { createPermissionApi } from '../../lambdas/adapters/openai/permissions.ts';
import { createProjectApi } from '../../lambdas/adapters/openai/projects.ts';
import { changeState } from '../../lambdas/use-cases/change.ts';
import { drain } from '../../lambdas/use-cases/share/drain.ts';
import { aPolicy } from '../core/policy/builders.ts';
import { ADMIN, type KeysScene, startKeysScene } from '../use-cases/keys/keys-scene.ts';
import { SCOPES, SECRET, startRotateScene } from '../use-cases/rotate/rotate-scene.ts';
import { SILENT } from '../use-cases/scene.ts';
import { type AlarmProperties, logicalId, type Point } from './alarm-state.ts';
import { type AlarmScene, pointsIn, tried } from './scene.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const PROJECT = 'proj_RESEARCH';

/** What takes days, or a secret of some age, is on a clock that is told what time it is. */
async function onKeys(
  policy = aPolicy(),
): Promise<
  { keys: KeysScene; create: (days: number | null) => Promise<string> } & Pick<AlarmScene, 'period' | 'close'>
> {
  const keys = await startKeysScene();
  const create = async (days: number | null) => {
    const { id } = await keys.ask({
      command: 'create-project-key',
      project: 'research',
      serviceAccount: 'ci',
      name: 'ci',
      scopes: null,
      expiresInSeconds: days === null ? null : days * 86_400,
      secret: null,
    });
    return id;
  };
  const period = async () => {
    keys.advance(HOUR_MS);
    await keys.tick({ policy });
    return pointsIn(keys.logged.splice(0).map(({ fields }) => ({ fields: { ...fields } })));
  };
  return { keys, create, period, close: () => keys[Symbol.asyncDispose]() };
}

export async function keyExpiring(): Promise<AlarmScene> {
  const { keys, create, ...rest } = await onKeys();
  let id = '';
  return {
    ...rest,
    cause: async () => {
      id = await create(20);
      keys.advance(7 * DAY_MS);
    },
    article: ['npx ckpt project-keys update KEY_ID --project ALIAS --expires-in 90d'],
    mend: () =>
      keys.ask({
        command: 'update-project-key',
        project: 'research',
        id,
        scopes: null,
        expiresInSeconds: 90 * 86_400,
      }),
  };
}

export async function keyUnused(): Promise<AlarmScene> {
  const { keys, create, ...rest } = await onKeys();
  let id = '';
  return {
    ...rest,
    cause: async () => {
      id = await create(null);
      keys.advance(31 * DAY_MS);
      const others = [...keys.fake.keysOf(null), ...keys.fake.keysOf(PROJECT)].filter((key) => key.id !== id);
      for (const key of others) key.lastUsedAt = keys.deps.now();
    },
    article: ['npx ckpt project-keys delete KEY_ID --project ALIAS --yes'],
    mend: () => keys.ask({ command: 'delete-project-key', project: 'research', id }),
  };
}

/** The audit log is read by share, as it is for what becomes of permissions. */
export async function keyDeletedElsewhere(): Promise<AlarmScene> {
  const { keys, create, period, ...rest } = await onKeys();
  const { fake, ledger, deps } = keys;
  const http = createHttp({
    baseUrl: fake.url,
    key: async () => fake.adminKey,
    dispatcher: createDispatcher(),
    clock: deps.now,
  });
  const shareDeps = {
    ledger: ledger.as({ actor: 'share', plan: null }),
    pacer: deps.pacer,
    permissions: createPermissionApi(http),
    auditLog: createAuditLogApi(http),
    organisation: createProjectApi(http),
    projectIds: [],
    now: deps.now,
    sleep: async () => undefined,
    log: SILENT,
    callDeadlineMs: 30_000,
    markingMs: 10_000,
    refreshKey: async () => false,
  };
  let id = '';
  return {
    ...rest,
    cause: async () => {
      id = await create(null);
      await period();
      await deps.apiWith(fake.addAdminKey().value).deleteProjectKey(PROJECT, id);
    },
    period: async () => {
      await changeState(ledger, 'audit', (state) => ({ ...state, dueAt: deps.now() }));
      await drain(shareDeps, 'share', deps.now() + HOUR_MS);
      return period();
    },
    article: ['npx ckpt project-keys create --project ALIAS --service-account NAME'],
    mend: async () => {
      await create(null);
      // It is told of for a day.
      keys.advance(DAY_MS);
    },
  };
}

export async function rotationOverdue(): Promise<AlarmScene> {
  const { keys, period, close } = await onKeys(
    aPolicy([], { rotation: { ...aPolicy().rotation, adminKeySeconds: 60 * 86_400 } }),
  );
  return {
    period,
    ...(close && { close }),
    cause: async () => {
      keys.changed.set(ADMIN, keys.deps.now());
      keys.advance(62 * DAY_MS);
    },
    article: ['aws secretsmanager rotate-secret --secret-id ARN'],
    mend: async () => keys.changed.set(ADMIN, keys.deps.now()),
  };
}

/** A key that a rotation has left is due, and the admin key may not manage keys any more. */
export async function keysFailing(alarm: AlarmProperties): Promise<AlarmScene> {
  const { keys, create, close } = await onKeys();
  const { fake, keyLedger, deps } = keys;
  return {
    cause: async () => {
      const id = await create(null);
      const [record] = (await keyLedger.listKeys()).filter(({ keyId }) => keyId === id);
      if (record === undefined) throw new Error('It was made here');
      await keyLedger.saveKey({ ...record, state: 'retiring', deleteAt: deps.now(), secretId: null });
      fake.addAdminKey({ value: fake.adminKey, scopes: ['api.fine_tuning.checkpoints.write'] });
    },
    period: async () => {
      const errors: (Error | null)[] = [];
      for (let tick = 0; tick < 4; tick++, keys.advance(HOUR_MS / 4)) errors.push(await tried(keys.tick));
      return errors.flatMap((error) => lambdaErrors(alarm, error));
    },
    article: ['Give the admin key the right'],
    mend: async () => fake.addAdminKey({ value: fake.adminKey }),
    ...(close && { close }),
  };
}

/** A project key that belongs to a person is not rotated: somebody has to decide. */
export async function rotationFailing(alarm: AlarmProperties): Promise<AlarmScene> {
  const rotating = await startRotateScene();
  const [record] = await rotating.keyLedger.listKeys();
  if (record === undefined) throw new Error('There is a key that was made here');
  let attempts = 0;
  return {
    cause: async () => {
      const { value } = rotating.fake.addProjectKey(PROJECT);
      await rotating.store.put(SECRET.project, value, { token: 'of a person' });
    },
    period: async () => {
      const error = await tried(() => rotating.rotate('project', `attempt${attempts++}`));
      return lambdaErrors(alarm, error);
    },
    article: ['npx ckpt project-keys create --project ALIAS --service-account NAME'],
    mend: async () => {
      const { id, value } = await rotating.api.createProjectKey(PROJECT, record.serviceAccountId ?? '', {
        name: 'ci',
        scopes: SCOPES,
        expiresInSeconds: null,
      });
      await rotating.keyLedger.saveKey({ ...record, id: 'made by ckpt', version: 0, keyId: id });
      await rotating.store.put(SECRET.project, value, { token: 'made by ckpt' });
    },
    close: () => rotating[Symbol.asyncDispose](),
  };
}

/** What Lambda counts of one invocation of the only function that the alarm is about. */
function lambdaErrors({ Dimensions = [] }: AlarmProperties, error: Error | null): readonly Point[] {
  const dimensions = { FunctionName: logicalId(Dimensions[0]?.Value) };
  return [{ namespace: 'AWS/Lambda', name: 'Errors', dimensions, value: error === null ? 0 : 1 }];
}
