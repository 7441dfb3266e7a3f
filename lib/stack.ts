import { CliCredentialsStackSynthesizer, type IStackSynthesizer, Stack } from 'aws-cdk-lib';
import { Table } from 'aws-cdk-lib/aws-dynamodb';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { CheckpointSharing } from './checkpoint-sharing.ts';
import type { CheckpointSharingProps } from './construct-types.ts';
import type { Settings } from './settings.ts';

export type SharingStackProps = Omit<Settings, 'policyFile'> & Pick<CheckpointSharingProps, 'policy' | 'policyFile'>;

/** A stack with nothing but Checkpoint Sharing. It names no account and no region: it goes where the caller's credentials point. */
export class SharingStack extends Stack {
  constructor(scope: Construct, props: SharingStackProps) {
    const { stackName, synthesizer, ledgerTable, pacerTable, alarmTopic, eventBus, ...rest } = props;
    super(scope, stackName, {
      description: 'Shares fine-tuned OpenAI checkpoints with other projects, by policy.',
      // The cast: the CDK's own class does not fit its interface under TypeScript's exactOptionalPropertyTypes.
      ...(synthesizer === 'cli-credentials' && {
        synthesizer: new CliCredentialsStackSynthesizer() as IStackSynthesizer,
      }),
    });
    // The id that counts for nothing in logical ids: they are what they were when all of it stood here.
    new CheckpointSharing(this, 'Default', {
      ...rest,
      ...(ledgerTable !== null && { ledgerTable: Table.fromTableName(this, 'LedgerTable', ledgerTable) }),
      ...(pacerTable !== null && { pacerTable: Table.fromTableName(this, 'PacerTable', pacerTable) }),
      ...(alarmTopic !== null && { alarmTopic: Topic.fromTopicArn(this, 'AlarmTopic', alarmTopic) }),
      ...(eventBus !== null && { eventBus: EventBus.fromEventBusName(this, 'EventBus', eventBus) }),
    });
  }
}
