import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { accountScenes } from '../alarms/account-scenes.ts';
import { type AlarmProperties, type Point, stateOf } from '../alarms/alarm-state.ts';
import { type AlarmCloud, openAlarmCloud } from '../alarms/cloud.ts';
import * as ofKeys from '../alarms/key-scenes.ts';
import * as ofLedger from '../alarms/ledger-scenes.ts';
import { refusedScenes } from '../alarms/refused-scenes.ts';
import type { AlarmScene } from '../alarms/scene.ts';
import { reachStack } from '../sandbox/webhook.ts';
import { propertiesOf } from '../stack/reading.ts';
import { POLICY, synthesize } from '../stack/synthesize.ts';
import { openStage, type Stage } from './stage.ts';

/** Of what takes days, a deploy or another size of a table the use-cases are played, on a clock that is told what time it is. */
const PLAYED = {
  'plan-waiting': ofLedger.planWaiting,
  'absence-waiting': ofLedger.absenceWaiting,
  'shutdown-ahead': ofLedger.shutdownAhead,
  'row-unwritable': ofLedger.rowUnwritable,
  'token-exchange-refused': ofLedger.tokenExchangeRefused,
  'key-expiring': ofKeys.keyExpiring,
  'key-unused': ofKeys.keyUnused,
  'key-deleted-elsewhere': ofKeys.keyDeletedElsewhere,
  'keys-failing': ofKeys.keysFailing,
  'rotation-overdue': ofKeys.rotationOverdue,
  'rotate-project-key-failing': ofKeys.rotationFailing,
};

let stage: Stage;
let alarmCloud: AlarmCloud;
let refused: ReturnType<typeof refusedScenes>;
let account: ReturnType<typeof accountScenes>;
beforeAll(async () => {
  stage = await openStage();
  reachStack(stage.cloud, stage.sandbox, stage.fake);
  alarmCloud = await openAlarmCloud(stage);
  refused = refusedScenes(stage, alarmCloud);
  account = accountScenes(stage, alarmCloud);
});
afterAll(async () => {
  refused.close();
  account.close();
  alarmCloud.close();
  await stage.close();
});

const { template } = synthesize(`${POLICY}rotation: { projectKeys: 60 days }\n`);
const alarms = new Map(
  (Object.values(propertiesOf(template, 'AWS::CloudWatch::Alarm')) as unknown as AlarmProperties[]).map((alarm) => [
    alarm.AlarmName.replace(/^CheckpointSharing-/, ''),
    alarm,
  ]),
);
const runbook = readFileSync(new URL('../../docs/runbook.md', import.meta.url), 'utf8');

/** What the article of an alarm says of how to mend it, without line breaks. */
function mendOf({ AlarmDescription }: AlarmProperties): string {
  const [, heading = ''] = AlarmDescription.split('#');
  const [, article = ''] = runbook.split(`\n## ${heading}\n`);
  return (article.split('\n## ')[0]?.split('**How to mend.**')[1] ?? '').replace(/\s+/g, ' ');
}

/** By the alarm's name. */
function allScenes(): Readonly<Record<string, (alarm: AlarmProperties) => Promise<AlarmScene>>> {
  return { ...PLAYED, ...refused.scenes, ...account.scenes };
}

it('every alarm of the stack is made to ring here, and nothing else is', () => {
  expect(Object.keys(allScenes()).toSorted()).toEqual([...alarms.keys()].toSorted());
});

it.each([...alarms])(
  '%s rings for what its article says, and is quiet once that is mended as the article says',
  async (name, alarm) => {
    const scene = await (allScenes()[name] ?? expect.fail(`${name} is made to ring by nothing`))(alarm);
    for (const part of scene.article) expect(mendOf(alarm)).toContain(part);
    const periods: (readonly Point[])[] = [];
    try {
      await scene.cause();
      while (periods.length < alarm.EvaluationPeriods) periods.push(await scene.period());
      expect(stateOf(alarm, periods)).toBe('ALARM');
      await scene.mend();
      periods.push(await scene.period());
      expect(stateOf(alarm, periods)).toBe('OK');
    } finally {
      await scene.close?.();
    }
  },
);
