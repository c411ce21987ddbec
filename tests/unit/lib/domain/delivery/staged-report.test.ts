import { describe, expect, it } from '@jest/globals';
import { parseStagedReport } from '../../../../../functions/lib/domain/delivery/staged-report.ts';
import { ConfigError } from '../../../../../functions/lib/domain/errors.ts';

const parse = (value: unknown) => parseStagedReport(Buffer.from(JSON.stringify(value)));

describe('parseStagedReport', () => {
  it('gives the batch as it was written, letters of every script included', () => {
    const report = { batchId: 'b1', reportData: [{ queueValue: 'Zürich 客服' }] };
    expect(parse(report)).toEqual(report);
  });

  it.each([
    null,
    5,
    'batchId',
    [],
    {},
    { batchId: 'b1' },
    { reportData: [{}] },
    { batchId: 1, reportData: [{}] },
    { batchId: 'b1', reportData: [] },
    { batchId: 'b1', reportData: { length: 1 } },
  ])('refuses %j: the staging bucket was changed by hand', (value) => {
    expect(() => parse(value)).toThrow(ConfigError);
    expect(() => parse(value)).toThrow('the staging bucket was changed by hand');
  });
});
