// Mistakes in roles and environments.
import { arnOf, inFunction, type Mutation } from './mutation.ts';

export const rightsMutations: readonly Mutation[] = [
  {
    mistake: 'two functions share a role',
    rule: 'every function has a role of its own',
    says: /expected one function, found/,
    make: (edit) => {
      edit.set(inFunction('validate-spacing', 'Role'), edit.read(inFunction('transform-rows', 'Role')));
    },
  },
  {
    mistake: 'an action ends in a star',
    rule: 'every right names its actions and resources',
    says: /dynamodb:\*/,
    make: (edit) => {
      edit.allow('ClaimCheckpointRole', 'dynamodb:*', arnOf('CheckpointTable'));
    },
  },
  {
    mistake: 'a right on everything',
    rule: 'every right names its actions and resources',
    says: /named resource for s3:GetObject/,
    make: (edit) => {
      edit.allow('TransformRowsRole', 's3:GetObject', '*');
    },
  },
  {
    mistake: 'a function may write to the customer’s bucket',
    rule: 'the bucket and the stream of the customer are read only',
    says: /QuarantineReportRole: s3:PutObject on objects/,
    make: (edit, { bucketName, prefix }) => {
      edit.allow('QuarantineReportRole', 's3:PutObject', `arn:aws:s3:::${bucketName}/${prefix}*`);
    },
  },
  {
    mistake: 'another function may change the bucket’s notifications',
    rule: 'the bucket and the stream of the customer are read only',
    says: /WatchIntervalsRole: s3:PutBucketNotification/,
    make: (edit, { bucketName }) => {
      edit.allow('WatchIntervalsRole', 's3:PutBucketNotification', `arn:aws:s3:::${bucketName}`);
    },
  },
  {
    mistake: 'the whole bucket may be read',
    rule: 'the bucket and the stream of the customer are read only',
    says: /elsewhere in the bucket/,
    make: (edit, { bucketName }) => {
      edit.allow('TransformRowsRole', 's3:GetObject', `arn:aws:s3:::${bucketName}/*`);
    },
  },
  {
    mistake: 'records may be put into the customer’s stream',
    rule: 'the bucket and the stream of the customer are read only',
    says: /AgentEventsRole: kinesis:PutRecord on stream/,
    make: (edit, { streamArn }) => {
      edit.allow('AgentEventsRole', 'kinesis:PutRecord', streamArn);
    },
  },
  {
    mistake: 'a function that calls no hub may read its secret',
    rule: 'only what calls the hub reads its secret, and no environment holds one',
    says: /start-ingest: does not call the hub/,
    make: (edit, { secretArn }) => {
      edit.allow('StartIngestRole', 'secretsmanager:GetSecretValue', secretArn);
    },
  },
  {
    mistake: 'a secret stands in an environment',
    rule: 'only what calls the hub reads its secret, and no environment holds one',
    says: /HUB_ACCESS_KEY looks like a secret/,
    make: (edit) => {
      edit.set(inFunction('deliver-batch', 'Environment/Variables/HUB_ACCESS_KEY'), 'abc');
    },
  },
  {
    mistake: 'a key that protects nothing of ours',
    rule: 'keys are used to decrypt what is read',
    says: /kms:Decrypt on arn:aws:kms/,
    make: (edit) => {
      edit.allow('ClassifyReportRole', 'kms:Decrypt', 'arn:aws:kms:eu-central-1:111122223333:key/2');
    },
  },
  {
    mistake: 'a right the code needs is missing',
    rule: 'every role grants what its code does and no more',
    says: /transform-rows: .* needs dynamodb:Query on \$\{CheckpointTable.Arn\}/,
    make: (edit) => {
      edit.forbid('TransformRowsRole', 'dynamodb:Query');
    },
  },
  {
    mistake: 'a right the code never uses',
    rule: 'every role grants what its code does and no more',
    says: /classify-report: may dynamodb:DeleteItem/,
    make: (edit) => {
      edit.allow('ClassifyReportRole', 'dynamodb:DeleteItem', arnOf('CheckpointTable'));
    },
  },
  {
    mistake: 'the key of the bucket may not be used',
    rule: 'every role grants what its code does and no more',
    says: /transform-rows: source-bucket.ts: GetObject needs kms:Decrypt/,
    make: (edit) => {
      edit.forbid('TransformRowsRole', 'kms:Decrypt');
    },
  },
  {
    mistake: 'the stream may not be polled',
    rule: 'every role grants what its code does and no more',
    says: /agent-events: Lambda itself needs kinesis:GetRecords/,
    make: (edit) => {
      edit.forbid('AgentEventsRole', 'kinesis:GetRecords');
    },
  },
  {
    mistake: 'a variable the code asks for is missing',
    rule: 'every environment holds what its code asks for and no more',
    says: /asks for STATE_MACHINE_ARN/,
    make: (edit) => {
      edit.remove(inFunction('start-ingest', 'Environment/Variables/STATE_MACHINE_ARN'));
    },
  },
  {
    mistake: 'a variable nobody reads',
    rule: 'every environment holds what its code asks for and no more',
    says: /holds OLD_NAME/,
    make: (edit) => {
      edit.set(inFunction('start-ingest', 'Environment/Variables/OLD_NAME'), 'x');
    },
  },
];
