import { describe, expect, it } from '@jest/globals';
import { StateInputError } from '../../../../functions/lib/domain/errors.ts';
import { parseStepInput } from '../../../../functions/lib/runtime/step-input.ts';
import { checkIngestInput } from '../../../../schemas/checks/ingest-input.ts';

const uploadedAt = '2026-11-22T12:00:00.000Z';
const input = {
  object: { bucket: 'b', key: 'k', etag: 'e', sizeBytes: 1, uploadedAt },
  revision: uploadedAt,
};

describe('parseStepInput', () => {
  it('passes a usable input on as it is, unknown fields included', () => {
    const more = { ...input, note: 'by hand' };
    expect(parseStepInput(checkIngestInput, more)).toBe(more);
  });

  it.each([
    ['nothing', undefined, 'must be object'],
    ['a missing revision', { object: input.object }, "must have required property 'revision'"],
    ['a local time', { ...input, revision: '2026-11-22 12:00' }, '/revision must match pattern'],
    ['a negative size', { ...input, object: { ...input.object, sizeBytes: -1 } }, '/object/sizeBytes must be >= 0'],
  ])('refuses %s, says where it differs and what to do', (_, wrong, message) => {
    expect(() => parseStepInput(checkIngestInput, wrong)).toThrow(StateInputError);
    expect(() => parseStepInput(checkIngestInput, wrong)).toThrow(message);
    expect(() => parseStepInput(checkIngestInput, wrong)).toThrow('with the input of the original execution');
  });
});
