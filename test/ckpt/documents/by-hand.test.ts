import { describe } from 'vitest';
import { revoke } from '../../../bin/ckpt/permissions/revoke.ts';
import { share } from '../../../bin/ckpt/permissions/share.ts';
import type { PermissionRecord } from '../../../lambdas/core/model/permission.ts';
import type { Ledger } from '../../../lambdas/core/ports/ledger.ts';
import { aWant, MODEL, NOW } from '../../use-cases/operate/ask.ts';
import { carriedOut } from '../by-hand/scene.ts';
import { openTestSession } from '../session.ts';
import { describeDocuments } from './describe-documents.ts';
import { print } from './print.ts';
import { HOUR, POLICY, STRAY } from './records.ts';
import { richLedger } from './world.ts';

const PATIENT = { timeout: 60_000 } as const;
const SHARE = { ...PATIENT, onDrift: 'repair', wait: true } as const;
const secrets = { current: async () => 'sk-admin-test', currentAndPrevious: async () => [] };

/** OpenAI grants and lists it, or refuses it where the project's id says so. */
function granted(permission: PermissionRecord): PermissionRecord {
  const settled = { ...permission, notBefore: null };
  if (permission.projectId === 'proj_NO') return { ...settled, state: 'rejected', reason: 'No such project.' };
  const times = { sharedAt: NOW, verifiedAt: NOW };
  return { ...settled, state: 'active', permissionId: `cp_${permission.projectId}`, reason: null, ...times };
}

/** It is deleted, and wanted again before anybody looks: OpenAI grants it anew, or refuses it by now. */
function wantedAgain(permission: PermissionRecord): PermissionRecord {
  if (permission.projectId !== 'proj_US') return granted(permission);
  const want = aWant(permission.projectId, { expiresAt: NOW + HOUR });
  const nothing = { permissionId: null, sharedAt: null, verifiedAt: null };
  return { ...permission, ...nothing, state: 'rejected', want, reason: 'No such project.', notBefore: null };
}

/** A session in which what is due has been done at the next look. */
function diligent(ledger: Ledger, done: typeof granted) {
  return openTestSession({ policy: POLICY, ledger: carriedOut(ledger, done), secrets }).session;
}

describe('documents of what a person does to single permissions', () => {
  describeDocuments(
    'share',
    async () => {
      const session = diligent(await richLedger(), granted);
      return [
        await print(session, share, { ...SHARE, to: ['prod-us', 'proj_NO'] }, MODEL),
        await print(session, share, { ...SHARE, to: ['proj_Y'], expiresIn: HOUR }, STRAY),
        await print(session, share, { ...SHARE, to: ['proj_Z'], wait: false }, STRAY),
      ];
    },
    // Somebody has just asked for it.
    ['.permissions[].origin is never null (1)'],
  );

  describeDocuments('revoke', async () => {
    const ledger = await richLedger();
    const before = diligent(ledger, granted);
    await print(before, share, { ...SHARE, to: ['prod-us', 'proj_NO'] }, MODEL);
    await print(before, share, { ...SHARE, to: ['proj_PINNED'] }, STRAY);
    const session = diligent(ledger, wantedAgain);
    return [
      await print(session, revoke, { ...PATIENT, from: ['prod-us', 'proj_NO', 'proj_PAUSED'] }, MODEL),
      await print(session, revoke, { ...PATIENT, from: ['prod-us', 'proj_NO'], yes: true }, MODEL),
      await print(session, revoke, { ...PATIENT, from: ['proj_PINNED'], yes: true }, STRAY),
    ];
  });
});
