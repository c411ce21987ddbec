// What a customer file may say: the guide's parameters, what the deployment needs beside them, and every setting of the connector.
import Type from 'typebox';
import { closed, wholeNumber } from './setting-forms.ts';
import { acdVersionSchema, settingsSchema } from './settings.ts';

const section = { ...closed, default: {} } as const;
const patternText = (pattern: string, patternErrorMessage: string, description: string, example: string) =>
  Type.String({ pattern, patternErrorMessage, description, examples: [example] });

const partition = 'arn:aws(-cn|-us-gov)?';
const arnText = (rest: string, patternErrorMessage: string, description: string, example: string) =>
  patternText(`^${partition}:${rest}$`, patternErrorMessage, description, example);
const account = '[0-9]{12}';
const regionPart = '[a-z0-9-]+';

/** AWS regions the deployment tool knows. Those of closed partitions (iso) are left out: Amazon Connect is not there. */
export const regions = [
  ...['af-south-1', 'ap-east-1', 'ap-east-2', 'ap-northeast-1', 'ap-northeast-2', 'ap-northeast-3', 'ap-south-1'],
  ...['ap-south-2', 'ap-southeast-1', 'ap-southeast-2', 'ap-southeast-3', 'ap-southeast-4', 'ap-southeast-5'],
  ...['ap-southeast-6', 'ap-southeast-7', 'ca-central-1', 'ca-west-1', 'cn-north-1', 'cn-northwest-1'],
  ...['eu-central-1', 'eu-central-2', 'eu-north-1', 'eu-south-1', 'eu-south-2', 'eu-west-1', 'eu-west-2', 'eu-west-3'],
  ...['il-central-1', 'me-central-1', 'me-south-1', 'mx-central-1', 'sa-east-1', 'us-east-1', 'us-east-2'],
  ...['us-gov-east-1', 'us-gov-west-1', 'us-west-1', 'us-west-2'],
] as const;

const kmsKeyArn = (description: string) =>
  Type.Optional(
    arnText(
      `kms:${regionPart}:${account}:key/[A-Za-z0-9-]+`,
      'the ARN of the key itself (arn:aws:kms:REGION:ACCOUNT:key/ID), not of an alias',
      description,
      'arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
    ),
  );

const subnetId = (description: string) =>
  Type.Optional(
    patternText(
      '^subnet-[0-9a-f]{8,17}$',
      'the ID of a subnet: subnet- and 8 to 17 of 0-9 a-f',
      description,
      'subnet-0a1b2c3d4e5f60718',
    ),
  );

const emailAddress = (description: string) =>
  Type.Optional(
    patternText(
      // What SNS takes: ASCII, without empty parts. A wrong address would fail the deployment after some minutes.
      "^(?=[^@]{1,64}@)[A-Za-z0-9!#%&'*+/=?^_`{|}~-]+(\\.[A-Za-z0-9!#%&'*+/=?^_`{|}~-]+)*@([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\\.)+[A-Za-z0-9-]*[A-Za-z0-9]$",
      'one e-mail address, without accents, brackets and mailto:',
      description,
      'wfm-alarms@example.com',
    ),
  );

const guideParameters = {
  VpcId: Type.Optional(
    patternText(
      '^vpc-[0-9a-f]{8,17}$',
      'the ID of a VPC: vpc- and 8 to 17 of 0-9 a-f',
      'VPC of the functions that call the hub. Give it with both subnets, or leave out all three: then these functions run outside a VPC.',
      'vpc-0a1b2c3d4e5f60718',
    ),
  ),
  SubnetId1: subnetId('First subnet of the VPC, with a route to the internet through a NAT gateway.'),
  SubnetId2: subnetId('Second subnet of the VPC, in another availability zone, with a route through NAT as well.'),
  AmazonConnectS3BucketName: patternText(
    '^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$',
    'the name of a bucket: 3 to 63 lower-case letters, digits, dots and dashes; no s3:// and no ARN',
    'Bucket that Amazon Connect writes its scheduled reports to. It is only read.',
    'example-connect-reports',
  ),
  AmazonConnectS3FolderPrefix: patternText(
    // IAM reads * and ? as patterns, and its policies take no letters beyond Latin-1.
    '^(?=[ -~\\u00a1-\\u00ff]*$)[^/\\s*?$\\\\][^*?$\\\\]{0,510}/$',
    'the folder as it stands in S3, ending in / and not beginning with one; no *, ?, $ or backslash, no letters beyond Western European ones',
    'Folder of the reports in the bucket; everything below it is read.',
    'connect/example/Reports/',
  ),
  AmazonConnectKinesisStreamARN: arnText(
    `kinesis:${regionPart}:${account}:stream/[A-Za-z0-9_.-]{1,128}`,
    'the ARN of a Kinesis data stream (arn:aws:kinesis:REGION:ACCOUNT:stream/NAME)',
    'Kinesis data stream of the agent events. It is only read.',
    'arn:aws:kinesis:eu-central-1:111122223333:stream/example-agent-events',
  ),
  AmazonConnectKinesisStreamName: patternText(
    '^[A-Za-z0-9_.-]{1,128}$',
    'the name of the stream alone, without arn:',
    'Name of that stream: the last part of its ARN.',
    'example-agent-events',
  ),
  EnableCloudWatchAlarms: Type.Unsafe<'YES' | 'NO' | boolean>({
    enum: ['YES', 'NO', true, false],
    description:
      'Whether CloudWatch alarms are created and sent by e-mail. YES needs AlarmNotificationEmail1. `true` and `false` are taken for YES and NO.',
  }),
  AlarmNotificationEmail1: emailAddress('First address for alarms. Each address receives a mail to confirm it.'),
  AlarmNotificationEmail2: emailAddress('Second address for alarms.'),
  AlarmNotificationEmail3: emailAddress('Third address for alarms.'),
  AlarmNotificationEmail4: emailAddress('Fourth address for alarms.'),
  AlarmNotificationEmail5: emailAddress('Fifth address for alarms.'),
};

const agentEventsSchema = Type.Object(
  {
    batchSize: wholeNumber(1, 10_000, 500, 'Most agent events handed to one run of the function.'),
    batchWindowSeconds: wholeNumber(
      0,
      60,
      0,
      'How long events are gathered before they are handed over. 0 is quickest; each second is a second of delay on the RTA screen.',
    ),
    streamRetentionHours: wholeNumber(
      24,
      8760,
      24,
      'Retention of the Kinesis stream as it is configured there (24 unless somebody raised it).',
    ),
    maxRecordAgeHours: wholeNumber(
      1,
      168,
      20,
      'An event that could not be delivered for this long is set aside with its payload. Must be below streamRetentionHours: Kinesis deletes events then.',
    ),
  },
  section,
);

const schedulesSchema = Type.Object(
  {
    watchMinutes: wholeNumber(
      1,
      15,
      5,
      'How often the connector looks for missing intervals, lost files and failed executions.',
    ),
    feedHealthMinutes: wholeNumber(1, 60, 1, 'How often a heartbeat is sent to the hub.'),
  },
  section,
);

const limitsSchema = Type.Object(
  {
    deliverConcurrency: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 1000,
        description:
          'Reserves this many concurrent runs of deliver-batch, and allows no more: protects the hub. Without it nothing is reserved.',
      }),
    ),
    ingestConcurrency: wholeNumber(2, 1000, 5, 'Most concurrent runs of start-ingest on the Historical queue.'),
  },
  section,
);

const logsSchema = Type.Object(
  {
    retentionDays: Type.Integer({
      enum: [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653],
      default: 60,
      description: 'How long the log groups keep their entries: one of the lengths CloudWatch offers.',
    }),
  },
  section,
);

const alarmsSchema = Type.Object(
  {
    missingIntervalCount: wholeNumber(
      1,
      10_000,
      1,
      'Intervals of one report kind that no file covers, from which on the alarm goes off.',
    ),
    rejectedRowCount: wholeNumber(
      1,
      1_000_000,
      1,
      'Rows the connector or records the hub rejected within 15 minutes, from which on the alarm goes off.',
    ),
    mixedDirectionRowCount: wholeNumber(
      1,
      1_000_000,
      1,
      'Rows held back within 15 minutes because a queue mixes inbound and outbound, from which on the alarm goes off.',
    ),
    iteratorAgeSeconds: wholeNumber(
      30,
      86_400,
      300,
      'How far agent-events may lag behind the stream, in 3 of 5 minutes, before the alarm goes off.',
    ),
    cutOffAgentCount: wholeNumber(
      1,
      100_000,
      3,
      'Signed-in agents that fall silent together with the whole stream, from which on the alarm goes off.',
    ),
    hubErrorPercent: wholeNumber(
      1,
      100,
      20,
      'Share of calls to the hub that fail, in three successive periods of 5 minutes or more, from which on the alarm goes off.',
    ),
    functionErrorCount: wholeNumber(
      1,
      100_000,
      5,
      'Failed runs of one function within 15 minutes, from which on the alarm goes off.',
    ),
    functionThrottleCount: wholeNumber(
      1,
      100_000,
      10,
      'Runs of one function that AWS refused within 15 minutes, from which on the alarm goes off.',
    ),
    watchSilentMinutes: wholeNumber(
      10,
      120,
      20,
      'How long the watch may go without a good run, at least two of its rhythms, before the alarm goes off.',
    ),
  },
  section,
);

const deploymentSettings = {
  region: Type.Unsafe<(typeof regions)[number]>({
    type: 'string',
    enum: [...regions],
    default: 'eu-central-1',
    description: 'AWS region of the deployment: the one of the bucket and of the stream.',
  }),
  BucketKmsKeyArn: kmsKeyArn("KMS key of the bucket, where it is encrypted with a key of the customer's own."),
  StreamKmsKeyArn: kmsKeyArn("KMS key of the stream, where it is encrypted with a key of the customer's own."),
  HubSecretArn: arnText(
    `secretsmanager:${regionPart}:${account}:secret:[A-Za-z0-9/_+=.@-]+-[A-Za-z0-9]{6}`,
    'the full ARN of a secret in Secrets Manager, with the dash and six characters it ends in',
    'Secret with the access key of the hub (accessKeyId and accessKeySecret).',
    'arn:aws:secretsmanager:eu-central-1:111122223333:secret:acdhub/example-AbCdEf',
  ),
  HubSecretKmsKeyArn: kmsKeyArn("KMS key of that secret, where it is encrypted with a key of the customer's own."),
  manageBucketEvents: Type.Boolean({
    default: true,
    description:
      "Switches on Amazon EventBridge for the bucket at deployment; nothing else about the bucket is touched. false when the customer's own templates own the bucket's notifications: EventBridge must be on there.",
  }),
  network: Type.Object(
    {
      allowDns: Type.Boolean({
        default: false,
        description:
          'Lets the functions in the VPC reach a DNS server of its own (port 53, TCP and UDP). The resolver of AWS needs no such rule.',
      }),
    },
    section,
  ),
  agentEvents: agentEventsSchema,
  schedules: schedulesSchema,
  limits: limitsSchema,
  logs: logsSchema,
  alarms: alarmsSchema,
};

const { acd, hub, ...otherSettings } = settingsSchema.properties;

/** Keys a deployed function needs not know, in the order of the guide and of docs/configuration.md. */
export const customerSections = { guideParameters, deploymentSettings } as const;

export const customerSchema = Type.Object(
  {
    ...guideParameters,
    ...deploymentSettings,
    acd: Type.Object({ ...acd.properties, version: acdVersionSchema }, closed),
    hub: Type.Object(
      {
        ...hub.properties,
        url: patternText(
          '^https://[^\\s?#@]+$',
          'an address that begins with https://, without user name, ? and #',
          'Base address of the Engagement Hub, https only.',
          'https://hub.example.com',
        ),
      },
      closed,
    ),
    ...otherSettings,
  },
  closed,
);

/** A checked customer file with every default filled in. */
export type CustomerFile = Type.Static<typeof customerSchema>;
