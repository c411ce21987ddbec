import { describe, expect, it } from '@jest/globals';
import {
  isHealed,
  parseExecutionUpload,
  parseStatusEvent,
} from '../../../../../functions/lib/domain/coverage/failed-executions.ts';

const at = (second: number) => `2026-11-22T12:00:0${second}.000Z`;
const upload = { bucket: 'b', key: 'k', etag: 'e', uploadedAt: at(2), revision: at(2) };
const checkpoint = { etag: 'e', uploadedAt: at(2), revision: at(2), status: 'DELIVERED' } as const;

describe('isHealed', () => {
  it.each([
    [true, 'its very upload is delivered', checkpoint],
    [false, 'its upload is not delivered yet', { ...checkpoint, status: 'CLAIMED' as const }],
    [
      true,
      'a newer upload has taken over',
      { ...checkpoint, uploadedAt: at(3), etag: 'f', status: 'CLAIMED' as const },
    ],
    [true, 'a re-send has taken over', { ...checkpoint, revision: at(3), status: 'CLAIMED' as const }],
    [false, 'an older upload was delivered', { ...checkpoint, uploadedAt: at(1), etag: 'f' }],
    [false, 'another upload of the same second was delivered', { ...checkpoint, etag: 'f' }],
    [false, 'there is no checkpoint', null],
  ])('is %s when %s', (expected, _, seen) => {
    expect(isHealed(upload, seen)).toBe(expected);
  });

  it('does not take the first delivery for that of a re-send that failed', () => {
    expect(isHealed({ ...upload, revision: at(5) }, checkpoint)).toBe(false);
  });
});

describe('parseExecutionUpload', () => {
  it('reads the upload an execution was started for', () => {
    const input = { object: { bucket: 'b', key: 'k', etag: 'e', sizeBytes: 3, uploadedAt: at(2) }, revision: at(2) };
    expect(parseExecutionUpload(JSON.stringify(input))).toEqual(upload);
  });

  it.each(['', 'no JSON', '{}', '{"object":{"bucket":"b"}}'])('finds none in %j', (input) => {
    expect(parseExecutionUpload(input)).toBeNull();
  });
});

describe('parseStatusEvent', () => {
  it('reads the execution an event tells of', () => {
    expect(parseStatusEvent('{"detail":{"executionArn":"arn:x"}}')).toBe('arn:x');
  });

  it.each([
    ...['', 'null', '7', '"detail"', '[]', '{}', '{"detail":null}', '{"detail":7}', '{"detail":"executionArn"}'],
    ...['{"detail":{}}', '{"detail":{"executionArn":7}}'],
  ])('finds none in %j', (body) => {
    expect(parseStatusEvent(body)).toBeNull();
  });
});
