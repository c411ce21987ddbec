// Mistakes in queues, bucket, tables and alarms.
import { arnOf, type Mutation } from './mutation.ts';

const failedStatements = 'FailedExecutionsQueuePolicy/Properties/PolicyDocument/Statement';

const queues: Mutation[] = [
  {
    mistake: 'a queue keeps messages for four days',
    rule: 'every queue keeps its messages for 14 days, encrypted',
    says: /AgentEventDlq: expected 14 days/,
    make: (edit) => {
      edit.remove('AgentEventDlq/Properties/MessageRetentionPeriod');
    },
  },
  {
    mistake: 'a dead letter queue goes with the stack',
    rule: 'every queue keeps its messages for 14 days, encrypted',
    says: /QuarantineQueue: parks messages/,
    make: (edit) => {
      edit.remove('QuarantineQueue/DeletionPolicy');
    },
  },
  {
    mistake: 'a source queue has no dead letter queue',
    rule: 'every queue that is worked on has a dead letter queue and time enough',
    says: /HistoricalQueue: expected a RedrivePolicy/,
    make: (edit) => {
      edit.remove('HistoricalQueue/Properties/RedrivePolicy');
    },
  },
  {
    mistake: 'a message comes again while it is worked on',
    rule: 'every queue that is worked on has a dead letter queue and time enough',
    says: /at least 6 x 60 s, found 60/,
    make: (edit) => {
      edit.set('HistoricalQueue/Properties/VisibilityTimeout', 60);
    },
  },
  {
    mistake: 'a queue takes messages without TLS',
    rule: 'every queue takes TLS only, and services by name',
    says: /FailedExecutionsQueue: expected a statement/,
    make: (edit) => {
      edit.remove(`${failedStatements}/0`);
    },
  },
  {
    mistake: 'any rule of EventBridge may write to a queue',
    rule: 'every queue takes TLS only, and services by name',
    says: /without aws:SourceArn/,
    make: (edit) => {
      edit.remove(`${failedStatements}/1/Condition`);
    },
  },
  {
    mistake: 'a statement names two queues, which SQS refuses',
    rule: 'every queue takes TLS only, and services by name',
    says: /one queue by name in a statement/,
    make: (edit) => {
      edit.set(`${failedStatements}/1/Resource`, [arnOf('FailedExecutionsQueue'), arnOf('HistoricalDlq')]);
    },
  },
  {
    mistake: 'a queue does not let the rule in that writes to it',
    rule: 'every rule may write to the queues it names',
    says: /FailedExecutionRule: writes to \$\{FailedExecutionsQueue.Arn\}/,
    make: (edit) => {
      edit.remove(`${failedStatements}/1`);
    },
  },
];

const stores: Mutation[] = [
  {
    mistake: 'the staging bucket is not encrypted',
    rule: 'every bucket is encrypted, closed and kept',
    says: /StagingBucket: expected BucketEncryption/,
    make: (edit) => {
      edit.remove('StagingBucket/Properties/BucketEncryption');
    },
  },
  {
    mistake: 'staged batches expire before they can be redriven or reloaded',
    rule: 'every bucket is encrypted, closed and kept',
    says: /at least 45 days, found 10/,
    make: (edit) => {
      edit.set('StagingBucket/Properties/LifecycleConfiguration/Rules', [{ ExpirationInDays: 10 }]);
    },
  },
  {
    mistake: 'a table goes with the stack',
    rule: 'every table is kept, recoverable and cleans itself up',
    says: /AgentStateTable: expected DeletionPolicy Retain/,
    make: (edit) => {
      edit.remove('AgentStateTable/DeletionPolicy');
    },
  },
  {
    mistake: 'items never expire',
    rule: 'every table is kept, recoverable and cleans itself up',
    says: /TimeToLiveSpecification/,
    make: (edit) => {
      edit.remove('CheckpointTable/Properties/TimeToLiveSpecification');
    },
  },
];

const alarms: Mutation[] = [
  {
    mistake: 'one address is forgotten',
    rule: 'every alarm reaches the addresses of the customer',
    says: /expected a subscription/,
    make: (edit) => {
      edit.remove('AlarmEmail2');
    },
  },
  {
    mistake: 'nobody hears that it is over',
    rule: 'every alarm says when it is over',
    says: /WatchSilentAlarm: expected AlarmTopic among the OKActions/,
    make: (edit) => {
      edit.remove('WatchSilentAlarm/Properties/OKActions');
    },
  },
  {
    mistake: 'an alarm names a page that is not there',
    rule: 'every alarm ends in a runbook page that exists',
    says: /docs\/runbook\/call-support\.md does not exist/,
    make: (edit) => {
      edit.set('WatchSilentAlarm/Properties/AlarmDescription', 'Silent. Runbook: docs/runbook/call-support.md');
    },
  },
  {
    mistake: 'an alarm watches a metric nobody publishes',
    rule: 'every alarm watches a metric that is published',
    says: /WatchRunz is none/,
    make: (edit) => {
      edit.set('WatchSilentAlarm/Properties/MetricName', 'WatchRunz');
    },
  },
  {
    mistake: 'an alarm watches another customer’s metric',
    rule: 'every alarm watches a metric that is published',
    says: /expected the service/,
    make: (edit) => {
      edit.set('WatchSilentAlarm/Properties/Dimensions/0/Value', 'acdhub-amazon-connector-other');
    },
  },
  {
    mistake: 'a watch that is silent passes for healthy',
    rule: 'every failure an operator must know of has an alarm',
    says: /must be breaching/,
    make: (edit) => {
      edit.set('WatchSilentAlarm/Properties/TreatMissingData', 'missing');
    },
  },
  {
    mistake: 'a DLQ has no alarm',
    rule: 'every failure an operator must know of has an alarm',
    says: /runbook page historical-dlq, found none/,
    make: (edit) => {
      edit.remove('HistoricalDlqAlarm');
    },
  },
];

export const storeMutations: readonly Mutation[] = [...queues, ...stores, ...alarms];
