import { describe, expect, it } from '@jest/globals';
import {
  parseCustomResourceRequest,
  planBucketEvents,
  toCustomResourceAnswer,
} from '../../../../../functions/lib/domain/bucket-events/custom-resource.ts';
import { ConfigError, StateInputError } from '../../../../../functions/lib/domain/errors.ts';
import { createRequest } from '../../../custom-resource-builder.ts';

const parse = (change: Record<string, unknown> = {}) => parseCustomResourceRequest({ ...createRequest, ...change });
const nowMs = Date.parse('2026-11-22T12:00:00.000Z');

describe('parseCustomResourceRequest', () => {
  it.each(['RequestType', 'ResponseURL', 'StackId', 'RequestId', 'LogicalResourceId'])(
    'refuses a request without %s',
    (name) => {
      expect(() => parse({ [name]: undefined })).toThrow(StateInputError);
      expect(() => parse({ [name]: undefined })).toThrow(`${name} is missing`);
      expect(() => parse({ [name]: '' })).toThrow(`${name} is missing`);
    },
  );

  it.each([undefined, '', 7])('knows no physical id when CloudFormation gives %j', (PhysicalResourceId) => {
    expect(parse({ PhysicalResourceId }).physicalResourceId).toBeNull();
  });

  it('refuses what is no request at all', () => {
    expect(() => parseCustomResourceRequest(null)).toThrow(StateInputError);
  });
});

describe('planBucketEvents', () => {
  it.each(['Create', 'Update'])(
    'wants the events of the bucket on at a %s, in the account of the stack',
    (RequestType) => {
      expect(planBucketEvents(parse({ RequestType }))).toEqual({ bucket: 'reports', ownerAccountId: '111122223333' });
    },
  );

  it('wants nothing at a Delete, not even a good property', () => {
    expect(planBucketEvents(parse({ RequestType: 'Delete', ResourceProperties: {} }))).toBeNull();
  });

  it('wants nothing for a customer who manages the events', () => {
    expect(planBucketEvents(parse({ ResourceProperties: { Manage: 'false' } }))).toBeNull();
  });

  it.each([
    [{ ResourceProperties: { BucketName: '' } }, 'AmazonConnectS3BucketName; found ""'],
    [{ ResourceProperties: undefined }, 'AmazonConnectS3BucketName; found nothing'],
    [{ ResourceProperties: { BucketName: 'reports', Manage: 'no' } }, 'true or false; found "no"'],
    [{ StackId: 'acme' }, "account's twelve digits in the stack's id; found acme"],
    [{ StackId: 'arn:aws:cloudformation:eu-central-1:1111222233334:stack/s' }, "account's twelve digits"],
    [{ StackId: 'arn:aws:cloudformation:eu-central-1:x111122223333:stack/s' }, "account's twelve digits"],
    [{ RequestType: 'Import' }, 'Expected the RequestType Create, Update, Delete; found Import'],
  ])('refuses %j', (change, message) => {
    expect(() => planBucketEvents(parse(change))).toThrow(ConfigError);
    expect(() => planBucketEvents(parse(change))).toThrow(message);
  });
});

describe('toCustomResourceAnswer', () => {
  it('answers a Create with an id that holds its instant', () => {
    expect(toCustomResourceAnswer(parse(), null, nowMs)).toEqual({
      Status: 'SUCCESS',
      Reason: 'Done',
      PhysicalResourceId: 'bucket-events|2026-11-22T12:00:00.000Z',
      StackId: createRequest.StackId,
      RequestId: 'request-1',
      LogicalResourceId: 'BucketEvents',
      Data: { InstalledAt: '2026-11-22T12:00:00.000Z' },
    });
  });

  it.each(['Update', 'Delete'])('answers a later %s with the id and the instant of the Create', (RequestType) => {
    const PhysicalResourceId = 'bucket-events|2025-01-02T03:04:05.678Z';
    const answer = toCustomResourceAnswer(parse({ RequestType, PhysicalResourceId }), null, nowMs);
    expect([answer.PhysicalResourceId, answer.Data]).toEqual([
      PhysicalResourceId,
      { InstalledAt: '2025-01-02T03:04:05.678Z' },
    ]);
  });

  it.each(['other', 'bucket-events|soon', '2025-01-02T03:04:05Z'])(
    'says no instant for the id %s',
    (PhysicalResourceId) => {
      const answer = toCustomResourceAnswer(parse({ RequestType: 'Update', PhysicalResourceId }), null, nowMs);
      expect([answer.PhysicalResourceId, answer.Data]).toEqual([PhysicalResourceId, { InstalledAt: '' }]);
    },
  );

  it('keeps an answer with a very long reason below the 4096 bytes CloudFormation takes', () => {
    const answer = toCustomResourceAnswer(parse(), '€"\n'.repeat(2_000), nowMs);
    expect(answer.Status).toBe('FAILED');
    expect(Buffer.byteLength(JSON.stringify(answer))).toBeLessThan(4_096);
  });
});
