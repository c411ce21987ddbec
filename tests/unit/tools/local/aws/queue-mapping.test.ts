import { describe, expect, it } from '@jest/globals';
import { readFailedIds } from '../../../../../tools/local/aws/queue-mapping.ts';

const ids = ['1', '2', '3'];

describe('readFailedIds', () => {
  it.each([
    ['no answer', undefined, []],
    ['null', null, []],
    ['no list', {}, []],
    ['a null list', { batchItemFailures: null }, []],
    ['an empty list', { batchItemFailures: [] }, []],
    ['one message', { batchItemFailures: [{ itemIdentifier: '2' }] }, ['2']],
    ['an unknown message', { batchItemFailures: [{ itemIdentifier: '2' }, { itemIdentifier: '9' }] }, ids],
    ['an empty id', { batchItemFailures: [{ itemIdentifier: '' }] }, ids],
    ['an entry without id', { batchItemFailures: [{}] }, ids],
    ['a list that is none', { batchItemFailures: 'all' }, ids],
  ])('reads %s as AWS does', (_what, answer, failed) => {
    expect([...readFailedIds(answer, ids)]).toEqual(failed);
  });
});
