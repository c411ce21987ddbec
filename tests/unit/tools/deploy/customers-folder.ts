// A customer to change and check, and a folder customers/ of a test's own.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { stringify } from 'yaml';
import { ConfigError } from '../../../../functions/lib/domain/errors.ts';
import { checkCustomer } from '../../../../tools/deploy/customer-check.ts';
import { parseCustomerText } from '../../../../tools/deploy/customer-document.ts';

/** The smallest customer that can be deployed. */
export const smallestCustomer = {
  AmazonConnectS3BucketName: 'example-connect',
  AmazonConnectS3FolderPrefix: 'connect/example/Reports/',
  AmazonConnectKinesisStreamARN: 'arn:aws:kinesis:eu-central-1:111122223333:stream/example-events',
  AmazonConnectKinesisStreamName: 'example-events',
  EnableCloudWatchAlarms: 'NO',
  HubSecretArn: 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:acdhub/example-AbCdEf',
  hub: { url: 'https://hub.example.com' },
  acd: { name: 'example-connect', version: '17.0.0' },
};

export const network = {
  VpcId: 'vpc-0a1b2c3d',
  SubnetId1: 'subnet-0a1b2c3d',
  SubnetId2: 'subnet-1a2b3c4d',
};

/** Text of a customer file: the smallest one with keys replaced; `undefined` leaves a key out. */
export const toCustomerText = (changes: Readonly<Record<string, unknown>> = {}) =>
  stringify(JSON.parse(JSON.stringify({ ...smallestCustomer, ...changes })));

export const toDocument = (text: string, stage = 'example') => parseCustomerText(text, stage, `customers/${stage}.yml`);

export type Changes = Readonly<Record<string, unknown>>;

export const checkText = (text: string) => checkCustomer('example', [toDocument(text)]);

/** Checks the smallest customer with these changes. */
export const check = (changes: Changes) => checkText(toCustomerText(changes));

/** The lines that name a mistake, without their line numbers. */
export function listMistakes(run: () => unknown): string[] {
  try {
    run();
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return [...(error as ConfigError).message.matchAll(/^ {2}- (?:line \d+, )?(.*)$/gm)].map(([, mistake]) => mistake!);
  }
}

export interface CustomersFolder {
  readonly root: string;
  readonly remove: () => void;
}

/** Writes customers/<file name> below a new temporary folder. */
export function createCustomersFolder(files: Readonly<Record<string, string>>): CustomersFolder {
  const root = mkdtempSync(join(tmpdir(), 'acdhub-customers-'));
  mkdirSync(join(root, 'customers'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(root, 'customers', name), text);
  return {
    root,
    remove: () => {
      rmSync(root, { recursive: true });
    },
  };
}
