import { describe, expect, it } from '@jest/globals';
import * as errors from '../../../../functions/lib/domain/errors.ts';

const classes = Object.entries(errors).flatMap(([name, value]) =>
  typeof value === 'function' && name !== 'ConnectorError' ? [[name, value] as const] : [],
);

describe('an error of the connector', () => {
  it.each(classes)('%s bears its own name, whatever bundling makes of the class', (name, ErrorOfOurs) => {
    const error = Reflect.construct(ErrorOfOurs, ['why', { context: { lineNumber: 3 } }]) as errors.ConnectorError;
    expect(error).toMatchObject({ name, message: 'why', context: { lineNumber: 3 } });
    expect(['retryable', 'permanent', 'operator']).toContain(error.errorClass);
    expect('cause' in error).toBe(false);
  });

  it('keeps the cause it is given, and has no facts where none are given', () => {
    const cause = new Error('disk');
    expect(new errors.ConfigError('why', { cause }).cause).toBe(cause);
    expect(new errors.ConfigError('why').context).toEqual({});
  });

  it('says no more than Step Functions, SQS and people take: a heading may be a megabyte long', () => {
    expect(new errors.ReportHeaderError('x'.repeat(8_000)).message).toHaveLength(8_000);
    const long = new errors.ReportHeaderError('x'.repeat(1_000_000)).message;
    expect(long).toBe(`${'x'.repeat(8_000)}…`);
  });
});
