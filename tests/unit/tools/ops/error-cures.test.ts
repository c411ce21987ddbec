import { describe, expect, it } from '@jest/globals';
import * as errors from '../../../../functions/lib/domain/errors.ts';
import { findCure } from '../../../../tools/ops/executions/error-cures.ts';

type ErrorType = new (message: string) => errors.ConnectorError;
const all = Object.values(errors)
  .filter((value) => value !== errors.ConnectorError)
  .map((value) => new (value as ErrorType)('x'));

describe('findCure', () => {
  it.each(all.map(({ name, errorClass }) => [name, errorClass]))('knows %s as %s', (name, errorClass) => {
    expect(findCure(name).errorClass).toBe(errorClass);
    expect(findCure(name).cure).not.toContain('Not one of our errors');
  });

  it('sends nobody to a redrive that cannot help', () => {
    const permanent = all.filter(({ errorClass }) => errorClass === 'permanent').map(({ name }) => findCure(name).cure);
    expect(permanent.filter((cure) => /redrive\.$/.test(cure))).toEqual([]);
  });

  it('says of an error it does not know that it is none of ours', () => {
    expect(findCure('Lambda.Unknown').cure).toContain('Not one of our errors');
    expect(findCure('ABORTED').cure).toContain('Somebody stopped it');
  });
});
