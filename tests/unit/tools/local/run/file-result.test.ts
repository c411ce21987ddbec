import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { describe, expect, it } from '@jest/globals';
import {
  readCauseMessage,
  readObjectKey,
  toFailedResult,
  toFileResult,
} from '../../../../../tools/local/run/file-result.ts';

const input = { object: { bucket: 'b', key: 'connect/x/Reports/QR-2026-11-21T12:00:00Z.csv' } };
const report = { kind: 'QR', series: 'QR', runTime: '2026-11-21T12:00:00.000Z' };
const spacing = { verdict: 'gap', missing: ['2026-11-21T11:45:00.000Z'], missingCount: 1 };
const rows = {
  status: 'TRANSFORMED',
  rowCount: 10,
  rejectedRowCount: 2,
  unchangedRecordCount: 3,
  outOfScopeRowCount: 1,
  serviceLevelSeconds: 20,
  notes: ['a note'],
  rejectsKey: 'reports/r/rejects.csv',
  manifestKey: 'reports/r/manifest.json',
  batches: [{ index: 0 }, { index: 1 }],
};
const timestamp = new Date(0);
const entered = (name: string, state: unknown): HistoryEvent => ({
  ...{ id: 1, timestamp, type: 'TaskStateEntered' },
  stateEnteredEventDetails: { name, input: JSON.stringify(state) },
});
const exited = (name: string, state: unknown): HistoryEvent => ({
  ...{ id: 2, timestamp, type: 'TaskStateExited' },
  stateExitedEventDetails: { name, output: JSON.stringify(state) },
});
const execution = { name: 'e', status: 'SUCCEEDED', input: JSON.stringify(input) } as const;

describe('toFileResult', () => {
  it('reads a delivered file from the states it went through', () => {
    const delivery = { status: 'DELIVERED', deliveredRecordCount: 4, rejectedRecordCount: 1, ignoredAsOlderCount: 2 };
    const all = { ...input, report, spacing, rows, delivery };
    const { result, places } = toFileResult(execution, [
      entered('ClassifyReport', input),
      exited('ClassifyReport', { ...input, report }),
      entered('ReportDelivered', all),
    ]);
    expect(result).toMatchObject({
      ...{ key: input.object.key, name: 'e', status: 'DELIVERED', kind: 'QR', series: 'QR', spacing: 'gap' },
      states: ['ClassifyReport', 'ReportDelivered'],
      missing: ['2026-11-21T11:45:00.000Z'],
      ...{
        rows: 10,
        delivered: 4,
        rejected: 3,
        unchanged: 3,
        ignoredAsOlder: 2,
        outOfScope: 1,
        serviceLevelSeconds: 20,
      },
      ...{ notes: ['a note'], error: null, cause: null },
    });
    expect(places).toEqual({
      manifestKey: 'reports/r/manifest.json',
      rejectsKey: 'reports/r/rejects.csv',
      hubRejectedCount: 1,
      batchIndexes: [0, 1],
    });
  });

  it.each([
    ['ReportAlreadyDelivered', 'ALREADY_DELIVERED'],
    ['ReportSuperseded', 'SUPERSEDED'],
    ['ReportIgnored', 'IGNORED'],
    ['SomewhereElse', 'FAILED'],
  ])('takes the end state %s for %s', (state, status) => {
    expect(toFileResult(execution, [entered(state, input)]).result.status).toBe(status);
  });

  it('gives the reason of a quarantined file, whose rows were not counted', () => {
    const { result } = toFileResult(
      { ...execution, status: 'FAILED', error: 'ReportFormatError', cause: 'The file is empty.' },
      [entered('ReportQuarantined', { ...input, report })],
    );
    expect(result).toMatchObject({
      ...{ status: 'QUARANTINED', error: 'ReportFormatError', cause: 'The file is empty.' },
      ...{ rows: null, delivered: 0, rejected: 0 },
    });
  });

  it('counts the batches that had gone through before a failure, and shows the message of its cause', () => {
    const cause = JSON.stringify({ errorType: 'HubUnavailableError', errorMessage: 'The hub is down.', trace: [] });
    const { result } = toFileResult({ ...execution, status: 'FAILED', error: 'HubUnavailableError', cause }, [
      entered('DeliverBatches', { ...input, report, spacing, rows }),
      exited('DeliverBatch', { status: 'DELIVERED', recordCount: 5, rejectedCount: 1 }),
      exited('DeliverBatch', { status: 'SUPERSEDED', recordCount: 5, rejectedCount: 0 }),
    ]);
    expect(result).toMatchObject({ status: 'FAILED', delivered: 4, rejected: 3, cause: 'The hub is down.' });
  });

  it('names the status of an execution that was stopped without a reason', () => {
    const { result } = toFileResult({ ...execution, status: 'TIMED_OUT' }, []);
    expect(result).toMatchObject({ status: 'FAILED', error: 'TIMED_OUT', cause: 'The execution ended as TIMED_OUT.' });
  });
});

describe('readCauseMessage', () => {
  it('leaves a cause that is no JSON as it is', () => {
    expect(readCauseMessage('States.Timeout after 90 s')).toBe('States.Timeout after 90 s');
  });
});

describe('readObjectKey', () => {
  it('finds no key in an input of another form', () => {
    expect(readObjectKey('{"bucket":"b"}')).toBeNull();
    expect(readObjectKey(execution.input)).toBe(input.object.key);
  });
});

describe('toFailedResult', () => {
  it('has no execution, no states and no rows', () => {
    expect(toFailedResult('k', null, 'ExecutionNotStarted', 'why')).toMatchObject({
      ...{ key: 'k', name: null, status: 'FAILED', states: [], rows: null, error: 'ExecutionNotStarted', cause: 'why' },
    });
  });
});
