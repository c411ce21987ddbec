// The settings of one deployment: the stage's customer file, checked, with what the template derives from it.
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConfigError } from '../../functions/lib/domain/errors.ts';
import { parseSettings } from '../../functions/lib/runtime/settings.ts';
import type { CustomerFile } from '../../schemas/customer.ts';
import { settingsSchema, type Settings } from '../../schemas/settings.ts';
import { checkCustomer } from './customer-check.ts';
import { listCustomerFiles, readCustomerDocuments, requireStage } from './customer-folder.ts';
import { findPartition, hasAlarms, pickAlarmAddresses } from './customer-rules.ts';

/** What serverless.yml needs and a customer file does not say in so many words. */
export interface CustomerDerived {
  readonly stage: string;
  /** Path below the checkout of the file that is packed beside the functions: schemas/settings.ts as JSON. */
  readonly settingsFile: string;
  /** `vpc:` of the functions that call the hub. */
  readonly hubVpc:
    | false
    | {
        readonly securityGroupIds: readonly { readonly 'Fn::GetAtt': readonly [string, string] }[];
        readonly subnetIds: readonly [string, string];
      };
  readonly sourceBucketArn: string;
  /** All objects below the prefix. */
  readonly sourceObjectsArn: string;
  /** Empty when alarms are off. */
  readonly alarmEmails: readonly string[];
  readonly agentEventMaxAgeSeconds: number;
  /** Rate expressions of the two schedules. */
  readonly watchRate: string;
  readonly feedHealthRate: string;
}

/** `custom.customer` of serverless.yml: the file with every default filled in, under the names of the file. */
export interface Customer extends Omit<CustomerFile, 'EnableCloudWatchAlarms'> {
  readonly EnableCloudWatchAlarms: 'YES' | 'NO';
  readonly derived: CustomerDerived;
}

const checkout = fileURLToPath(new URL('../../', import.meta.url));

const describeRate = (minutes: number) => `rate(${minutes} ${minutes === 1 ? 'minute' : 'minutes'})`;

function derive(stage: string, file: CustomerFile): CustomerDerived {
  const { VpcId, SubnetId1, SubnetId2, region, agentEvents, schedules } = file;
  const sourceBucketArn = `arn:${findPartition(region)}:s3:::${file.AmazonConnectS3BucketName}`;
  return {
    stage,
    settingsFile: `.build/${stage}/settings.json`,
    hubVpc:
      VpcId === undefined || SubnetId1 === undefined || SubnetId2 === undefined
        ? false
        : {
            securityGroupIds: [{ 'Fn::GetAtt': ['HubSecurityGroup', 'GroupId'] }],
            subnetIds: [SubnetId1, SubnetId2],
          },
    sourceBucketArn,
    sourceObjectsArn: `${sourceBucketArn}/${file.AmazonConnectS3FolderPrefix}*`,
    alarmEmails: hasAlarms(file) ? pickAlarmAddresses(file) : [],
    agentEventMaxAgeSeconds: agentEvents.maxRecordAgeHours * 3600,
    watchRate: describeRate(schedules.watchMinutes),
    feedHealthRate: describeRate(schedules.feedHealthMinutes),
  };
}

/**
 * Reads and checks customers/<stage>.yml, and compares it with the other customers' files.
 * @throws {ConfigError} naming the stages there are, or every mistake of the file
 */
export async function loadCustomer(stage: string, root = checkout): Promise<Customer> {
  const files = await listCustomerFiles(root);
  requireStage(stage, files);
  const file = checkCustomer(stage, await readCustomerDocuments(root, files));
  return { ...file, EnableCloudWatchAlarms: hasAlarms(file) ? 'YES' : 'NO', derived: derive(stage, file) };
}

/** Keys in order of the alphabet, so that the same settings are the same bytes; lists keep theirs. */
function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, child]) => [key, sortKeys(child)]),
  );
}

/**
 * The part of a customer's settings that the functions read.
 * @throws {ConfigError} never for a customer of loadCustomer; it is the check the functions make themselves
 */
export function pickSettings(customer: Customer): Settings {
  const keys = Object.keys(settingsSchema.properties);
  const picked = Object.fromEntries(Object.entries(structuredClone(customer)).filter(([key]) => keys.includes(key)));
  return parseSettings(picked, `customers/${customer.derived.stage}.yml`);
}

/** Replaces the file as a whole, so that a packaging beside this one never reads half of it. */
async function writeWhole(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  if ((await readFile(path, 'utf8').catch(() => undefined)) === text) return;
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, text);
  await rename(draft, path);
}

export interface ResolveOptions {
  readonly stage: string;
  /** `--region` of the command line: only good for what the file says anyway. */
  readonly region?: string | undefined;
  readonly root?: string;
}

/**
 * `custom.customer` of serverless.yml; writes the functions' settings to derived.settingsFile below the root.
 * @throws {ConfigError} as loadCustomer, and when --region contradicts the file
 */
export async function resolveCustomer({ stage, region, root = checkout }: ResolveOptions): Promise<Customer> {
  const customer = await loadCustomer(stage, root);
  if (region !== undefined && region !== customer.region)
    throw new ConfigError(
      `--region: expected ${customer.region}, the region of customers/${stage}.yml, or no --region at all; found ${region}`,
    );
  const text = JSON.stringify(sortKeys(pickSettings(customer)), null, 2);
  await writeWhole(join(root, customer.derived.settingsFile), `${text}\n`);
  return customer;
}
