// What must hold between the settings of one customer, and between two customers. Shapes are in schemas/customer.ts.
import { regions } from '../../schemas/customer.ts';
import { isRecord, type CustomerDocument, type CustomerFinding } from './customer-document.ts';

type Values = Readonly<Record<string, unknown>>;
type Rule = (values: Values) => readonly CustomerFinding[];

const alarmEmailKeys = [1, 2, 3, 4, 5].map((place) => `AlarmNotificationEmail${place}`);

/** How long an execution can be redriven, in days: Step Functions' own limit. */
const redriveDays = 14;

function pickText(values: Values, ...path: readonly string[]): string | undefined {
  const found = path.reduce<unknown>((value, key) => (isRecord(value) ? value[key] : undefined), values);
  return typeof found === 'string' ? found : undefined;
}

function pickNumber(values: Values, ...path: readonly string[]): number | undefined {
  const found = path.reduce<unknown>((value, key) => (isRecord(value) ? value[key] : undefined), values);
  return typeof found === 'number' ? found : undefined;
}

/** The part of ARNs that AWS calls the partition. */
export function findPartition(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}

/** YES in the file; YAML of other tools makes `true` of it. */
export function hasAlarms(values: Values): boolean {
  return values['EnableCloudWatchAlarms'] === 'YES' || values['EnableCloudWatchAlarms'] === true;
}

/** The addresses given, first one first. */
export function pickAlarmAddresses(values: Values): string[] {
  return alarmEmailKeys.flatMap((key) => pickText(values, key) ?? []);
}

const checkNetwork: Rule = (values) => {
  const keys = ['VpcId', 'SubnetId1', 'SubnetId2'];
  const given = keys.filter((key) => key in values);
  const missing = keys.filter((key) => !(key in values));
  const [first, second] = [pickText(values, 'SubnetId1'), pickText(values, 'SubnetId2')];
  return [
    ...(given.length === 0 ? [] : missing).map((key) => ({
      path: [key],
      message: `missing; expected VpcId, SubnetId1 and SubnetId2 together, or none of them; found only ${given.join(' and ')}`,
    })),
    ...(first !== undefined && first === second
      ? [{ path: ['SubnetId2'], message: `expected another subnet than SubnetId1; found ${first} in both` }]
      : []),
  ];
};

const checkAlarmAddresses: Rule = (values) => {
  const given = alarmEmailKeys.map((key) => ({ key, address: pickText(values, key)?.toLowerCase() }));
  const last = given.findLastIndex(({ key }) => key in values);
  const gaps = given.slice(0, Math.max(last, 0)).filter(({ key }) => !(key in values));
  const firstIsNeeded = hasAlarms(values) && last === -1 ? ['AlarmNotificationEmail1'] : [];
  return [
    ...firstIsNeeded.map((key) => ({
      path: [key],
      message: 'missing; expected an e-mail address, because EnableCloudWatchAlarms is YES',
    })),
    ...gaps.map(({ key }) => ({
      path: [key],
      message: `missing; expected the addresses without a gap, found ${alarmEmailKeys[last] ?? ''}`,
    })),
    ...given.flatMap(({ key, address }, index) => {
      const before = given.slice(0, index).find((other) => address !== undefined && other.address === address);
      if (before === undefined || address === undefined) return [];
      return [{ path: [key], message: `expected another address than ${before.key}; found ${address} in both` }];
    }),
  ];
};

const checkStream: Rule = (values) => {
  const [arn, name] = [
    pickText(values, 'AmazonConnectKinesisStreamARN'),
    pickText(values, 'AmazonConnectKinesisStreamName'),
  ];
  const nameInArn = arn?.split(':stream/')[1];
  if (nameInArn === undefined || name === undefined || nameInArn === name) return [];
  const message = `expected ${nameInArn}, the name in AmazonConnectKinesisStreamARN; found ${name}`;
  return [{ path: ['AmazonConnectKinesisStreamName'], message }];
};

const regionalArns = [
  'AmazonConnectKinesisStreamARN',
  'BucketKmsKeyArn',
  'StreamKmsKeyArn',
  'HubSecretArn',
  'HubSecretKmsKeyArn',
];

const checkRegions: Rule = (values) => {
  const region = pickText(values, 'region');
  if (region === undefined || !regions.some((known) => known === region)) return [];
  return regionalArns.flatMap((key) => {
    const [, partition, , found] = pickText(values, key)?.split(':') ?? [];
    if (partition === undefined || found === undefined) return [];
    const wanted = `expected an ARN in ${region}, the region of the deployment (setting region)`;
    if (found !== region) return [{ path: [key], message: `${wanted}; found one in ${found}` }];
    if (partition === findPartition(region)) return [];
    return [
      {
        path: [key],
        message: `${wanted}, so one that begins with arn:${findPartition(region)}:; found arn:${partition}:`,
      },
    ];
  });
};

const checkAges: Rule = (values) => {
  const [age, retention] = [
    pickNumber(values, 'agentEvents', 'maxRecordAgeHours'),
    pickNumber(values, 'agentEvents', 'streamRetentionHours'),
  ];
  const [kept, reload] = [
    pickNumber(values, 'keep', 'checkpointDays'),
    pickNumber(values, 'reports', 'reloadWindowDays'),
  ];
  return [
    ...(age !== undefined && retention !== undefined && age >= retention
      ? [
          {
            path: ['agentEvents', 'maxRecordAgeHours'],
            message: `expected less than agentEvents.streamRetentionHours (${retention}), or Kinesis deletes events before they are set aside; found ${age}`,
          },
        ]
      : []),
    ...(kept !== undefined && reload !== undefined && kept < reload + redriveDays
      ? [
          {
            path: ['keep', 'checkpointDays'],
            message: `expected at least ${reload + redriveDays}: reports.reloadWindowDays (${reload}) and ${redriveDays} days in which an execution can be redriven; found ${kept}`,
          },
        ]
      : []),
  ];
};

const checkHubAddress: Rule = (values) => {
  const text = pickText(values, 'hub', 'url');
  if (text === undefined) return [];
  const url = URL.parse(text);
  const path = ['hub', 'url'];
  if (url === null)
    return [{ path, message: `expected an address like https://hub.example.com; found ${JSON.stringify(text)}` }];
  // The security group lets nothing else out, and every call would wait for its end.
  if (url.protocol !== 'https:' || url.port === '' || !('VpcId' in values)) return [];
  return [{ path, message: `expected an address on port 443, the only one open from the VPC; found port ${url.port}` }];
};

/** Serverless would take `${…}` in a value for a variable of its own. */
function listVariables(value: unknown, path: readonly string[] = []): CustomerFinding[] {
  if (typeof value === 'string')
    return value.includes('${')
      ? [{ path, message: 'expected a plain value; found ${, which is no variable here' }]
      : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) => [
    ...(key.includes('${') ? [{ path: [...path, key], message: 'expected a plain key; found ${' }] : []),
    ...listVariables(child, [...path, key]),
  ]);
}

const rules: readonly Rule[] = [
  checkNetwork,
  checkAlarmAddresses,
  checkStream,
  checkRegions,
  checkAges,
  checkHubAddress,
  (values) => listVariables(values),
];

/** What contradicts itself in one file; settings of a wrong type are passed over. */
export function checkCustomerRules(values: Values): CustomerFinding[] {
  return rules.flatMap((rule) => rule(values));
}

/** Where a customer's figures go: hub and ACD, written in one way only. */
function describeTarget(values: Values): string | undefined {
  const [url, acdName] = [pickText(values, 'hub', 'url'), pickText(values, 'acd', 'name')];
  if (url === undefined || acdName === undefined || !URL.canParse(url)) return undefined;
  const { host, pathname } = new URL(url);
  return `${host}${pathname.replace(/\/+$/, '')} ${acdName}`.toLowerCase();
}

/**
 * Two deployments that write to the same ACD of the same hub would overwrite each other's figures.
 * Two that read the same folder and deliver to different places are allowed: each has a stack of its own.
 */
export function checkOtherCustomers(values: Values, others: readonly CustomerDocument[]): CustomerFinding[] {
  const target = describeTarget(values);
  return others
    .filter((other) => target !== undefined && describeTarget(other.values) === target)
    .map(({ file }) => ({
      path: ['acd', 'name'],
      message: `expected an ACD and hub that no other customer has; found the same hub.url and acd.name in ${file}`,
    }));
}
