import { describe, expect, it } from '@jest/globals';
import { checkCustomer } from '../../../../tools/deploy/customer-check.ts';
import {
  check,
  listMistakes,
  network,
  smallestCustomer,
  toCustomerText,
  toDocument,
  type Changes,
} from './customers-folder.ts';

const streamIn = (region: string) => `arn:aws:kinesis:${region}:111122223333:stream/example-events`;
const keyIn = (region: string) => `arn:aws:kms:${region}:111122223333:key/1234abcd-12ab`;
const secret = smallestCustomer.HubSecretArn;

describe('checkCustomerRules', () => {
  it.each<[string, Changes, string]>([
    [
      'alarms without an address',
      { EnableCloudWatchAlarms: 'YES' },
      'AlarmNotificationEmail1: missing; expected an e-mail address, because EnableCloudWatchAlarms is YES',
    ],
    [
      'a gap in the addresses',
      { AlarmNotificationEmail1: 'a@example.com', AlarmNotificationEmail3: 'b@example.com' },
      'AlarmNotificationEmail2: missing; expected the addresses without a gap, found AlarmNotificationEmail3',
    ],
    [
      'addresses that do not begin with the first',
      { AlarmNotificationEmail2: 'a@example.com' },
      'AlarmNotificationEmail1: missing; expected the addresses without a gap',
    ],
    [
      'an address twice',
      { AlarmNotificationEmail1: 'a@example.com', AlarmNotificationEmail2: 'A@Example.com' },
      'AlarmNotificationEmail2: expected another address than AlarmNotificationEmail1',
    ],
    [
      'equal subnets',
      { ...network, SubnetId2: network.SubnetId1 },
      'SubnetId2: expected another subnet than SubnetId1; found subnet-0a1b2c3d in both',
    ],
    [
      'a VPC with one subnet',
      { ...network, SubnetId2: undefined },
      'SubnetId2: missing; expected VpcId, SubnetId1 and SubnetId2 together, or none of them; found only VpcId and SubnetId1',
    ],
    [
      'subnets without a VPC',
      { ...network, VpcId: undefined },
      'VpcId: missing; expected VpcId, SubnetId1 and SubnetId2 together',
    ],
    [
      'a hub behind a port that is closed from the VPC',
      { ...network, hub: { url: 'https://hub.example.com:8443' } },
      'hub.url: expected an address on port 443, the only one open from the VPC; found port 8443',
    ],
    [
      'a stream name that is not the one in the ARN',
      { AmazonConnectKinesisStreamName: 'other' },
      'AmazonConnectKinesisStreamName: expected example-events, the name in AmazonConnectKinesisStreamARN; found other',
    ],
    [
      'a stream in another region',
      { AmazonConnectKinesisStreamARN: streamIn('eu-west-1') },
      'AmazonConnectKinesisStreamARN: expected an ARN in eu-central-1',
    ],
    [
      'a key in another region',
      { StreamKmsKeyArn: keyIn('us-east-1') },
      'StreamKmsKeyArn: expected an ARN in eu-central-1, the region of the deployment (setting region); found one in us-east-1',
    ],
    [
      'a secret in another region',
      { HubSecretArn: secret.replace('eu-central-1', 'eu-west-1') },
      'HubSecretArn: expected an ARN in eu-central-1',
    ],
    [
      'an ARN of another partition',
      { BucketKmsKeyArn: keyIn('eu-central-1').replace('aws', 'aws-cn') },
      'BucketKmsKeyArn: expected an ARN in eu-central-1, the region of the deployment (setting region), so one that begins with arn:aws:',
    ],
    [
      'an age as long as the retention of the stream',
      { agentEvents: { maxRecordAgeHours: 24 } },
      'agentEvents.maxRecordAgeHours: expected less than agentEvents.streamRetentionHours (24)',
    ],
    [
      'checkpoints that go before a reload can be redriven',
      { keep: { checkpointDays: 45 }, reports: { reloadWindowDays: 35 } },
      'keep.checkpointDays: expected at least 49',
    ],
    [
      'two queues under one name',
      { queues: [{ name: 'A', hubQueue: 'B' }, { name: 'B' }] },
      'queues: two queues are sent as "B"',
    ],
    [
      'a variable of Serverless',
      { queues: [{ name: '${env:HOME}' }] },
      'queues.0.name: expected a plain value; found ${',
    ],
  ])('refuses %s', (_, changes, mistake) => {
    expect(listMistakes(() => check(changes))).toEqual([expect.stringContaining(mistake)]);
  });

  it.each<[string, Changes]>([
    ['a VPC with both subnets', network],
    ['parameters that are left empty', { VpcId: '', SubnetId1: null, AlarmNotificationEmail1: '' }],
    ['a section without settings', { reports: null, agentStates: null }],
    ['alarms with one address', { EnableCloudWatchAlarms: true, AlarmNotificationEmail1: 'a@example.com' }],
    ['addresses while alarms are off', { AlarmNotificationEmail1: 'a@example.com' }],
    ['a longer retention of the stream', { agentEvents: { maxRecordAgeHours: 24, streamRetentionHours: 48 } }],
    [
      'a region of China with its own ARNs',
      {
        region: 'cn-north-1',
        AmazonConnectKinesisStreamARN: streamIn('cn-north-1').replace('aws', 'aws-cn'),
        HubSecretArn: secret.replace('eu-central-1', 'cn-north-1').replace('aws', 'aws-cn'),
      },
    ],
    ['a prefix with spaces', { AmazonConnectS3FolderPrefix: 'connect/My instance/Reports/' }],
  ])('accepts %s', (_, changes) => {
    expect(listMistakes(() => check(changes))).toEqual([]);
  });
});

describe('checkOtherCustomers', () => {
  const others = (changes: Changes) => [
    toDocument(toCustomerText({ ...changes })),
    toDocument(toCustomerText({ AmazonConnectS3BucketName: 'other-connect' }), 'other'),
  ];
  const mistake =
    'acd.name: expected an ACD and hub that no other customer has; found the same hub.url and acd.name in customers/other.yml';

  it.each([
    ['the same hub and ACD', {}],
    ['the hub written with capitals, port and slash', { hub: { url: 'https://Hub.example.com:443/' } }],
    ['the ACD written with capitals', { acd: { name: 'Example-Connect', version: '17.0.0' } }],
  ])('refuses %s', (_, changes) => {
    expect(listMistakes(() => checkCustomer('example', others(changes)))).toEqual([mistake]);
  });

  it.each([
    ['another ACD at the same hub', { acd: { name: 'second', version: '17.0.0' } }],
    ['the same ACD name at another hub', { hub: { url: 'https://hub.example.com/second' } }],
    [
      'the same folder read for another hub',
      { hub: { url: 'https://test.example.com' }, AmazonConnectS3BucketName: 'other-connect' },
    ],
  ])('accepts %s', (_, changes) => {
    expect(listMistakes(() => checkCustomer('example', others(changes)))).toEqual([]);
  });

  it('is not kept from a deployment by a mistake in another file', () => {
    const documents = [toDocument(toCustomerText()), toDocument('hub: [', 'broken'), toDocument('regin: x', 'wrong')];
    expect(checkCustomer('example', documents).acd.name).toBe('example-connect');
  });
});
