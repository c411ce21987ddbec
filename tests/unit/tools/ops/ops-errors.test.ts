import { describe, expect, it } from '@jest/globals';
import { AccessDeniedError, HubUnavailableError } from '../../../../functions/lib/domain/errors.ts';
import { AccessError, toFailure, UsageError } from '../../../../tools/ops/ops-errors.ts';

const awsError = (name: string, fields: object = {}) => Object.assign(new Error('what AWS says.'), { name, ...fields });

describe('toFailure', () => {
  it.each([
    [new UsageError('x'), 2, 'x'],
    [new AccessError('x'), 3, 'x'],
    [new AccessDeniedError('no right'), 3, 'no right'],
    [new HubUnavailableError('down'), 3, 'down'],
    [awsError('CredentialsProviderError'), 3, 'AWS does not know who you are'],
    [awsError('ExpiredTokenException', { $metadata: { httpStatusCode: 400 } }), 3, 'aws sso login'],
    [awsError('AccessDeniedException', { $metadata: { httpStatusCode: 400 } }), 3, 'AWS does not let you do this'],
    [awsError('Error', { code: 'ENOTFOUND' }), 3, 'Nobody answers'],
    [awsError('InternalFailure', { $metadata: { httpStatusCode: 500 } }), 3, 'AWS answered InternalFailure'],
    [new TypeError('x is not a function'), 4, 'a mistake in acdhub'],
    ['thrown text', 4, 'thrown text'],
  ])('%s exits with %i and says "%s"', (error, exitCode, message) => {
    expect(toFailure(error)).toMatchObject({ exitCode, message: expect.stringContaining(message) });
  });
});
