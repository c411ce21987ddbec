import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ConfigError } from '../../../../functions/lib/domain/errors.ts';
import { check, checkText, listMistakes, toCustomerText, type Changes } from './customers-folder.ts';

describe('checkCustomer', () => {
  it.each<[string, Changes, string]>([
    ['a misspelt key', { VpcID: 'vpc-0a1b2c3d' }, 'VpcID: no such setting; did you mean VpcId?'],
    [
      'a shortened key',
      { hub: { url: 'https://a.example', timeout: 5 } },
      'hub.timeout: no such setting; did you mean timeoutSeconds?',
    ],
    ['a key at the wrong place', { maxRows: 5 }, 'maxRows: no such setting here; did you mean reports.maxRows?'],
    ['an invented key', { keep: { forever: true } }, 'keep.forever: no such setting; expected one of checkpointDays'],
    ['a parameter of the EC2 form', { InstanceType: 't3.small' }, 'InstanceType: no counterpart here'],
    ['a missing parameter', { HubSecretArn: undefined }, 'HubSecretArn: missing; expected the full ARN of a secret'],
    [
      'an empty parameter',
      { AmazonConnectS3FolderPrefix: '' },
      'AmazonConnectS3FolderPrefix: missing; expected the folder',
    ],
    ['a missing ACD version', { acd: { name: 'a' } }, 'acd.version: missing; expected version 17.0.0 or later'],
    [
      'a wrong word',
      { reports: { unknownReports: 'ignored' } },
      'reports.unknownReports: expected one of quarantine, ignore; found "ignored"; did you mean ignore?',
    ],
    [
      'a number out of range',
      { keep: { checkpointDays: 30 } },
      'keep.checkpointDays: expected a whole number from 45 to 400; found the number 30',
    ],
    [
      'a word for a number',
      { batches: { maxRecords: 'many' } },
      'batches.maxRecords: expected a whole number from 1 to 5000; found "many"',
    ],
    [
      'a fraction',
      { schedules: { watchMinutes: 2.5 } },
      'schedules.watchMinutes: expected a whole number from 1 to 15; found the number 2.5',
    ],
    [
      'a number for a text',
      { AmazonConnectS3BucketName: 111122223333 },
      'found the number 111122223333; put it in quotes',
    ],
    [
      'a text for a section',
      { network: 'none' },
      'network: expected a group of settings (indented lines below it); found "none"',
    ],
    [
      'a mistake in a list',
      { queues: [{ name: 'A' }, { name: 'B', mediaType: 'fax' }] },
      'queues.1.mediaType: expected one of voice, chat; found "fax"',
    ],
    [
      'a log retention CloudWatch does not offer',
      { logs: { retentionDays: 61 } },
      'logs.retentionDays: expected one of 1, 3, 5, 7',
    ],
    ['an unknown region', { region: 'eu-centrl-1' }, 'found "eu-centrl-1"; did you mean eu-central-1?'],
    [
      'a bucket given as an address',
      { AmazonConnectS3BucketName: 's3://example' },
      'AmazonConnectS3BucketName: expected the name of a bucket',
    ],
    [
      'a prefix that begins with a slash',
      { AmazonConnectS3FolderPrefix: '/connect/' },
      'AmazonConnectS3FolderPrefix: expected the folder as it stands in S3, ending in /',
    ],
    [
      'a prefix without its last slash',
      { AmazonConnectS3FolderPrefix: 'connect' },
      'AmazonConnectS3FolderPrefix: expected the folder as it stands in S3, ending in /',
    ],
    [
      'a prefix that IAM would read as a pattern',
      { AmazonConnectS3FolderPrefix: 'connect/*/' },
      'AmazonConnectS3FolderPrefix: expected',
    ],
    [
      'a prefix no policy of IAM can hold',
      { AmazonConnectS3FolderPrefix: 'connect/Отчёты/' },
      'AmazonConnectS3FolderPrefix: expected',
    ],
    [
      'a prefix with a control character',
      { AmazonConnectS3FolderPrefix: 'connect/\t/' },
      'AmazonConnectS3FolderPrefix: expected',
    ],
    [
      'an ACD name with a space',
      { acd: { name: 'my acd', version: '17.0.0' } },
      'acd.name: expected a name of letters',
    ],
    [
      'an address without encryption',
      { hub: { url: 'http://hub.example.com' } },
      'hub.url: expected an address that begins with https://',
    ],
    [
      'an address that is none',
      { hub: { url: 'https://[hub' } },
      'hub.url: expected an address like https://hub.example.com',
    ],
    [
      'an alias for a key',
      { BucketKmsKeyArn: 'arn:aws:kms:eu-central-1:111122223333:alias/a' },
      'BucketKmsKeyArn: expected the ARN of the key itself',
    ],
    [
      'a secret without its last six characters',
      { HubSecretArn: 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:hub' },
      'HubSecretArn: expected the full ARN',
    ],
    [
      'two addresses in one',
      { AlarmNotificationEmail1: 'a@example.com, b@example.com' },
      'AlarmNotificationEmail1: expected one e-mail address',
    ],
    [
      'a lower-case yes',
      { EnableCloudWatchAlarms: 'yes' },
      'EnableCloudWatchAlarms: expected one of YES, NO; found "yes"; did you mean YES?',
    ],
  ])('refuses %s', (_, changes, mistake) => {
    expect(listMistakes(() => check(changes))).toEqual([expect.stringContaining(mistake)]);
  });

  it.each(['16.9.0', '16.9', '17', '17.0', 17, 'v17.0.0', '017.0.0', '17.0.0-beta'])(
    'refuses the ACD version %j',
    (version) => {
      expect(listMistakes(() => check({ acd: { name: 'a', version } }))).toEqual([
        expect.stringMatching(/^acd\.version: expected version 17\.0\.0 or later/),
      ]);
    },
  );

  it.each(['jürgen@example.com', 'mailto:a@example.com', 'a..b@example.com', 'a@example..com', 'a(b)@example.com'])(
    'refuses the address %s, which SNS does not take',
    (address) => {
      expect(listMistakes(() => check({ AlarmNotificationEmail1: address }))).toEqual([
        expect.stringContaining('AlarmNotificationEmail1: expected one e-mail address'),
      ]);
    },
  );

  it.each(["o'neil+wfm@example.com", 'a_b@mail.example.co.uk', 'a@xn--bcher-kva.example'])(
    'accepts the address %s',
    (address) => {
      expect(check({ AlarmNotificationEmail1: address }).AlarmNotificationEmail1).toBe(address);
    },
  );

  it('accepts a prefix with accents and punctuation', () => {
    const prefix = 'Bücher & "Co" (2)/été/';
    expect(check({ AmazonConnectS3FolderPrefix: prefix }).AmazonConnectS3FolderPrefix).toBe(prefix);
  });

  it.each(['17.0.0', '17.0.1', '20.4.13', '117.0.0'])('accepts the ACD version %s', (version) => {
    expect(check({ acd: { name: 'a', version } }).acd.version).toBe(version);
  });

  it('names every mistake at once, in order of the file, with its line', () => {
    const text = toCustomerText({
      EnableCloudWatchAlarms: 'maybe',
      batches: { maxBytes: 1, maxRecords: 0 },
      colour: 'red',
    });
    const lines = text.split('\n');
    const lineOf = (word: string) => lines.findIndex((line) => line.trim().startsWith(word)) + 1;
    expect(() => checkText(text)).toThrow(
      new RegExp(
        [
          'customers/example\\.yml holds 4 mistakes:',
          `  - line ${lineOf('EnableCloudWatchAlarms')}, EnableCloudWatchAlarms: .*`,
          `  - line ${lineOf('maxBytes')}, batches\\.maxBytes: .*`,
          `  - line ${lineOf('maxRecords')}, batches\\.maxRecords: .*`,
          `  - line ${lineOf('colour')}, colour: .*`,
          'Every setting with its values: docs/configuration\\.md',
        ].join('\n'),
      ),
    );
  });

  it.each([
    ['a key that stands twice', 'region: eu-west-1\nregion: eu-west-2\n', 'line 2, this key stands twice'],
    ['a tab', 'hub:\n\turl: x\n', 'line 2, a tab is used for indentation'],
    ['an open bracket', 'a: b\nqueues: [\n', 'no valid YAML'],
    ['a second document', 'a: b\n---\nc: d\n', 'a second document'],
    ['a tag of CloudFormation', 'VpcId: !Ref Vpc\n', 'line 1, no valid YAML'],
    ['a value that begins with an asterisk', 'a: b\nregion: *eu\n', 'line 2, expected a value in quotes; found *eu'],
    ['a value that refers to itself', 'acd: &a { name: *a }\n', 'line 1, expected a value in quotes; found *a'],
    ['a list for a key', '? [a]\n: b\n', 'line 1, no valid YAML'],
    ['a letter of another encoding', 'a: b\nqueues: [{ name: B\uFFFDro }]\n', 'line 2, expected a file in UTF-8'],
    ['an empty file', '# nothing yet\n', 'expected lines of the form `key: value`'],
    ['a list', '- a\n- b\n', 'expected lines of the form `key: value`'],
  ])('names %s with its line', (_, text, mistake) => {
    expect(() => checkText(text)).toThrow(mistake);
  });

  it('answers any damage to a file as a mistake of the file, whatever it is', () => {
    const text = toCustomerText({ queues: [{ name: 'A', mediaType: 'chat' }] });
    const damages = ['', '\t', '{', '[', '*', '&a', '"', ': ', '\n- ', '${', '!x ', '|', '? ', '\0', '\n---\n'];
    fc.assert(
      fc.property(fc.nat(text.length), fc.nat(6), fc.constantFrom(...damages), (at, cut, damage) => {
        try {
          checkText(text.slice(0, at) + damage + text.slice(at + cut));
        } catch (error) {
          expect(error).toBeInstanceOf(ConfigError);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('does not show a secret that was pasted where its ARN belongs', () => {
    expect(() => check({ HubSecretArn: 'tr0ub4dor&3' })).toThrow('HubSecretArn: expected the full ARN');
    expect(() => check({ HubSecretArn: 'tr0ub4dor&3' })).not.toThrow('tr0ub4dor');
    expect(() => check({ accessKeySecret: 'tr0ub4dor&3' })).not.toThrow('tr0ub4dor');
  });

  it('fills in every default', () => {
    expect(check({})).toMatchObject({
      region: 'eu-central-1',
      manageBucketEvents: true,
      network: { allowDns: false },
      agentEvents: { maxRecordAgeHours: 20 },
      keep: { checkpointDays: 60 },
      figures: { mixedDirection: 'reject' },
    });
  });
});
