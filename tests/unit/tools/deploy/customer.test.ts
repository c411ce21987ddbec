import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { loadSettings } from '../../../../functions/lib/runtime/settings.ts';
import { checkCustomers } from '../../../../tools/deploy/check-customers.ts';
import { loadCustomer, pickSettings, resolveCustomer } from '../../../../tools/deploy/customer.ts';
import { createCustomersFolder, network, toCustomerText, type CustomersFolder } from './customers-folder.ts';

const checkout = fileURLToPath(new URL('../../../../', import.meta.url));
const folders: CustomersFolder[] = [];
const createFolder = (files: Readonly<Record<string, string>>) => {
  const folder = createCustomersFolder(files);
  folders.push(folder);
  return folder.root;
};
afterAll(() => {
  for (const folder of folders) folder.remove();
});

const emails = [1, 2, 3, 4, 5].map((place) => `address${place}@example.com`);
const withAlarms = {
  ...Object.fromEntries(emails.map((address, index) => [`AlarmNotificationEmail${index + 1}`, address])),
  EnableCloudWatchAlarms: 'YES',
};

describe('the customer files of this checkout', () => {
  it('are all without a mistake', async () => {
    expect(await checkCustomers(checkout)).toMatchObject({ reports: [] });
  });

  it('hold one with VPC, alarms and five addresses, and one with neither', async () => {
    const { stages } = await checkCustomers(checkout);
    const customers = await Promise.all(stages.map((stage) => loadCustomer(stage)));
    const forms = customers.map(({ EnableCloudWatchAlarms, derived: { hubVpc, alarmEmails } }) => [
      ...[EnableCloudWatchAlarms, hubVpc !== false, alarmEmails.length],
    ]);
    expect(forms).toEqual(
      expect.arrayContaining([
        ['YES', true, 5],
        ['NO', false, 0],
      ]),
    );
  });

  it('name the schema for editors in their first line', async () => {
    const { stages } = await checkCustomers(checkout);
    const firstLines = stages.map(
      (stage) => readFileSync(join(checkout, `customers/${stage}.yml`), 'utf8').split('\n')[0],
    );
    expect(new Set(firstLines)).toEqual(new Set(['# yaml-language-server: $schema=../schemas/customer.schema.json']));
  });
});

describe('loadCustomer', () => {
  it('derives what the template needs from a file with VPC and alarms', async () => {
    const root = createFolder({
      'example.yml': toCustomerText({ ...network, ...withAlarms, agentEvents: { maxRecordAgeHours: 6 } }),
    });
    expect((await loadCustomer('example', root)).derived).toEqual({
      stage: 'example',
      settingsFile: '.build/example/settings.json',
      hubVpc: {
        securityGroupIds: [{ 'Fn::GetAtt': ['HubSecurityGroup', 'GroupId'] }],
        subnetIds: ['subnet-0a1b2c3d', 'subnet-1a2b3c4d'],
      },
      sourceBucketArn: 'arn:aws:s3:::example-connect',
      sourceObjectsArn: 'arn:aws:s3:::example-connect/connect/example/Reports/*',
      alarmEmails: emails,
      agentEventMaxAgeSeconds: 21_600,
      watchRate: 'rate(5 minutes)',
      feedHealthRate: 'rate(1 minute)',
    });
  });

  it('leaves out network and addresses where alarms are off', async () => {
    const root = createFolder({ 'example.yml': toCustomerText({ ...withAlarms, EnableCloudWatchAlarms: false }) });
    const customer = await loadCustomer('example', root);
    expect(customer).toMatchObject({ EnableCloudWatchAlarms: 'NO', derived: { hubVpc: false, alarmEmails: [] } });
  });

  it.each([
    [
      'stage',
      'exampel',
      '--stage: expected one of example, other (the files in customers/); found exampel; did you mean example?',
    ],
    ['stage that only differs in its ending', 'third', 'found third; customers/third.yaml must be named third.yml'],
    ['path for a stage', '../example', 'found ../example'],
  ])('answers an unknown %s with those there are', async (_, stage, message) => {
    const root = createFolder({ 'example.yml': toCustomerText(), 'other.yml': toCustomerText(), 'third.yaml': '' });
    await expect(loadCustomer(stage, root)).rejects.toThrow(message);
  });

  it.each(['Upper', 'a--b', '1st', 'a.b', 'end-', 'twenty-characters-xx'])('refuses the stage %s', async (stage) => {
    const root = createFolder({ [`${stage}.yml`]: toCustomerText() });
    await expect(loadCustomer(stage, root)).rejects.toThrow('expected a stage of 1 to 19 lower-case letters');
  });

  it('says so when there is no folder customers/', async () => {
    await expect(loadCustomer('example', join(createFolder({}), 'nowhere'))).rejects.toThrow(
      'customers/ cannot be read',
    );
  });
});

describe('resolveCustomer', () => {
  const readSettings = (root: string) => readFileSync(join(root, '.build/example/settings.json'), 'utf8');

  it('writes the settings the functions accept, and nothing of the deployment', async () => {
    const root = createFolder({
      'example.yml': toCustomerText({ ...network, queues: [{ name: 'A', mediaType: 'chat' }] }),
    });
    const customer = await resolveCustomer({ stage: 'example', root });
    const settings = loadSettings({ CONNECTOR_SETTINGS_FILE: join(root, customer.derived.settingsFile) });
    expect(settings).toEqual(pickSettings(customer));
    expect(settings).toMatchObject({ acd: { version: '17.0.0' }, queues: [{ name: 'A', mediaType: 'chat' }] });
    expect(readSettings(root)).not.toMatch(/vpc|secret|region|derived/i);
  });

  it('writes the same bytes for the same settings in another order', async () => {
    const text = toCustomerText({ figures: { maxCount: 5, readyTime: 'idle' }, keep: { checkpointDays: 90 } });
    const reversed = stringify(
      Object.fromEntries(Object.entries(parse(text) as Readonly<Record<string, unknown>>).toReversed()),
    );
    const roots = [text, reversed].map((file) => createFolder({ 'example.yml': file }));
    for (const root of roots) await resolveCustomer({ stage: 'example', root });
    expect(text).not.toBe(reversed);
    expect(readSettings(roots[0]!)).toBe(readSettings(roots[1]!));
  });

  it('gives what survives as JSON: Serverless passes it on so', async () => {
    const root = createFolder({ 'example.yml': toCustomerText() });
    const customer = await resolveCustomer({ stage: 'example', root });
    expect(JSON.parse(JSON.stringify(customer))).toEqual(customer);
  });

  it('refuses a --region that contradicts the file, and accepts the same one', async () => {
    const root = createFolder({ 'example.yml': toCustomerText() });
    await expect(resolveCustomer({ stage: 'example', region: 'eu-west-1', root })).rejects.toThrow(
      '--region: expected eu-central-1, the region of customers/example.yml',
    );
    expect((await resolveCustomer({ stage: 'example', region: 'eu-central-1', root })).region).toBe('eu-central-1');
  });
});

describe('customer.cjs', () => {
  type Resolver = (variables: {
    options: Readonly<Record<string, string>>;
    resolveVariable: (address: string) => Promise<string>;
  }) => Promise<unknown>;
  const resolve = createRequire(import.meta.url)('../../../../tools/deploy/customer.cjs') as Resolver;

  it('throws mistakes in a form in which Serverless, which prints the stack, shows the message alone', async () => {
    const failure = resolve({ options: {}, resolveVariable: () => Promise.resolve('nobody') });
    await expect(failure).rejects.toMatchObject({
      name: 'ConfigError',
      stack: expect.stringMatching(/^\n\n--stage: expected one of .*; found nobody\n$/),
    });
  });
});
