// The customer file as its author wrote it: what packaging makes of it is what the rules judge.
import { basename } from 'node:path';
import { parse } from 'yaml';
import { at, toText, type CustomerFacts } from './template.ts';

/** `file` is its path or name, whose stem is the stage; `text` what stands in it. */
export function readCustomerFacts(file: string, text: string): CustomerFacts {
  const customer: unknown = parse(text);
  const read = (key: string) => {
    const value = at(customer, key);
    return value === undefined || value === null || value === '' ? null : toText(value);
  };
  const list = (...keys: readonly string[]) => keys.map(read).filter((value) => value !== null);
  const hasAlarms = ['YES', 'true'].includes(read('EnableCloudWatchAlarms') ?? '');
  return {
    stage: basename(file, '.yml'),
    bucketName: read('AmazonConnectS3BucketName') ?? '',
    prefix: read('AmazonConnectS3FolderPrefix') ?? '',
    streamArn: read('AmazonConnectKinesisStreamARN') ?? '',
    // What a Kinesis stream has unless somebody pays for more.
    streamRetentionHours: Number(at(customer, 'agentEvents', 'streamRetentionHours') ?? 24),
    secretArn: read('HubSecretArn') ?? '',
    bucketKeyArn: read('BucketKmsKeyArn'),
    streamKeyArn: read('StreamKmsKeyArn'),
    secretKeyArn: read('HubSecretKmsKeyArn'),
    subnetIds: list('SubnetId1', 'SubnetId2'),
    allowDns: at(customer, 'network', 'allowDns') === true,
    managesBucketEvents: at(customer, 'manageBucketEvents') !== false,
    alarmEmails: hasAlarms ? list(...[1, 2, 3, 4, 5].map((number) => `AlarmNotificationEmail${number}`)) : [],
  };
}
