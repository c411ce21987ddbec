import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { StateInputError } from '../../../../../functions/lib/domain/errors.ts';
import { parseObjectNotices } from '../../../../../functions/lib/domain/report-file/object-notice.ts';

const event = (key: string) => ({
  ...{ version: '0', source: 'aws.s3', 'detail-type': 'Object Created', region: 'eu-central-1' },
  detail: { bucket: { name: 'reports' }, object: { key, size: 1, etag: 'e', sequencer: '00' }, reason: 'PutObject' },
});
const notification = (...keys: string[]) => ({
  Records: keys.map((key) => ({
    ...{ eventName: 'ObjectCreated:Put', eventSource: 'aws:s3' },
    s3: { bucket: { name: 'reports' }, object: { key, eTag: 'e' } },
  })),
});
const parse = (body: unknown) => parseObjectNotices(JSON.stringify(body));
const formEncode = (key: string) => encodeURIComponent(key).replaceAll('%20', '+').replaceAll('%2F', '/');

describe('parseObjectNotices', () => {
  it('takes the key of an EventBridge event as it is: a plus is a plus', () => {
    const key = 'a b/QR-A+B 100%25-2026-11-22T12:00:00Z.csv';
    expect(parse(event(key))).toEqual([{ bucket: 'reports', key }]);
  });

  it('decodes the keys of S3’s own notification, all of them in order', () => {
    expect(parse(notification('a+b/QR-1%2B1-2026-11-22T12%3A00%3A00Z.csv', 'Gr%C3%B6%C3%9Fe.csv'))).toEqual([
      { bucket: 'reports', key: 'a b/QR-1+1-2026-11-22T12:00:00Z.csv' },
      { bucket: 'reports', key: 'Größe.csv' },
    ]);
  });

  it('gets back every key that S3 form-encodes', () => {
    const keys = fc
      .string({ unit: 'grapheme', minLength: 1 })
      .filter((key) => key.isWellFormed() && !key.endsWith('/'));
    fc.assert(
      fc.property(keys, (key) => {
        expect(parse(notification(formEncode(key)))).toEqual([{ bucket: 'reports', key }]);
      }),
    );
  });

  it('takes a key with a bare percent sign as it stands instead of failing', () => {
    expect(parse(notification('100%.csv'))).toEqual([{ bucket: 'reports', key: '100%.csv' }]);
  });

  it('finds nothing in a test event, a deletion and a folder marker', () => {
    expect(parse({ Service: 'Amazon S3', Event: 's3:TestEvent', Bucket: 'reports' })).toEqual([]);
    const deletion = notification('QR.csv').Records.map((record) => ({ ...record, eventName: 'ObjectRemoved:Delete' }));
    expect(parse({ Records: deletion })).toEqual([]);
    expect(parse(event('a/b/'))).toEqual([]);
    expect(parse(notification('a/b/', 'QR.csv'))).toEqual([{ bucket: 'reports', key: 'QR.csv' }]);
  });

  it.each([
    ['no JSON', 'QR.csv'],
    ['an empty object', '{}'],
    ['null', 'null'],
    ['a list', '[]'],
    ['another event', JSON.stringify({ ...event('QR.csv'), 'detail-type': 'Object Deleted' })],
    ['an event without a key', JSON.stringify({ 'detail-type': 'Object Created', detail: { bucket: { name: 'b' } } })],
  ])('refuses %s, so that the message stays on the queue', (_, body) => {
    expect(() => parseObjectNotices(body)).toThrow(StateInputError);
  });
});

describe('a message that is none of the bucket', () => {
  it.each([
    ['no JSON', 'Object Created', /no JSON; expected an "Object Created" event/],
    ['another event', '{"Event":"s3:Other"}', /neither an EventBridge "Object Created" event nor an S3 notification/],
    ['a text', '"s3:TestEvent"', /neither/],
    ['a number', '5', /neither/],
    ['null', 'null', /neither/],
  ])('(%s) is refused, saying what was expected', (_what, body, message) => {
    expect(() => parseObjectNotices(body)).toThrow(StateInputError);
    expect(() => parseObjectNotices(body)).toThrow(message);
  });

  it('keeps the reason why it is no JSON', () => {
    expect(() => parseObjectNotices('{')).toThrow(expect.objectContaining({ cause: expect.any(SyntaxError) }));
  });
});
