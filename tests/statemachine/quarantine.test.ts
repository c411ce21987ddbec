// Files that can never pass: set aside with a reason that says what to correct, a copy and one message, and nothing of
// them delivered. The customer's bucket stays as it is.
import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  interval,
  nextSecond,
  prefix,
  queueHeadings,
  queueReport,
  reportKey,
  runTime,
  startPipeline,
  type Execution,
  type Pipeline,
} from './harness.ts';

let pipeline: Pipeline;
const uploaded = new Set<string>();
beforeAll(async () => {
  pipeline = await startPipeline();
});
afterEach(() => {
  pipeline.hub.refuse(null);
});
afterAll(async () => {
  const keys = await pipeline.listKeys('SOURCE_BUCKET');
  await pipeline.close();
  expect(keys.toSorted()).toEqual([...uploaded].toSorted());
});

async function deliver(key: string, body: string | Uint8Array): Promise<Execution> {
  uploaded.add(key);
  return pipeline.deliver(key, body);
}

const badRows = Array.from({ length: 21 }, (_, n) => `bad ${n},${interval(4)},${runTime(4)},-1,8,2,1,6,12.5`).join(
  '\n',
);
const thirtyMinutes = `${queueHeadings}\nSales,${interval(3)},${runTime(4)},10,8,2,1,6,12.5\n`;
const cases = [
  [
    'UnknownReportKindError',
    `${prefix}Daily overview-2026-11-22T12:00:00Z.csv`,
    'x',
    /expected <kind>.*QR, AQR or ASPR/,
  ],
  ['UnknownReportKindError', `${prefix}QR-without a run time.csv`, 'x', /does not end in a run time/],
  ['ReportTooOldError', `${prefix}QR-2021-02-16T16:00:00Z.csv`, 'x', /days before its upload.*at most 30 days/],
  ['ReportInFutureError', `${prefix}QR-2099-12-24T12:15:00Z.csv`, 'x', /lies after its upload/],
  ['IntervalSpacingError', `${prefix}QR-${runTime(4).slice(0, 14)}07:00Z.csv`, 'x', /off the 15-minute grid/],
  ['IntervalSpacingError', reportKey('QR-half-hours', 4), thirtyMinutes, /rows of 900 s.*interval 15 minutes/],
  ['ReportFormatError', reportKey('QR-nothing-in-it', 4), '', /empty/],
  [
    'ReportHeaderError',
    reportKey('QR-headless', 4),
    'Agent,Online time\nanna,900\n',
    /lacks "Queue".*Interval grouping/,
  ],
  ['ReportRejectedRowsError', reportKey('QR-bad-rows', 4), `${queueHeadings}\n${badRows}\n`, /21 of 21 rows are bad/],
] as const;

describe('a file that can never pass', () => {
  it.each(cases)('ends in quarantine with %s: %s', async (error, key, body, cause) => {
    await pipeline.takeMessages('QUARANTINE_QUEUE_URL');
    pipeline.takeRequests();
    const execution = await deliver(key, body);
    expect(execution).toMatchObject({ status: 'FAILED', error });
    expect(execution.states.slice(-2)).toEqual(['QuarantineReport', 'ReportQuarantined']);
    expect(execution.cause).toMatch(cause);
    expect(execution.cause).toContain('redrive of this execution cannot help');
    expect(pipeline.takeRequests().count).toBe(0);

    const messages = await pipeline.takeMessages('QUARANTINE_QUEUE_URL');
    expect(messages).toHaveLength(1);
    expect(messages[0]).toMatchObject({ key, etag: execution.input.object.etag, error, cause: execution.cause });
    expect(await pipeline.readStaged(String(messages[0]!['copyKey']))).toBe(body);
  });

  it('is quarantined without a copy when it was deleted before it could be read', async () => {
    const key = reportKey('QR-deleted', 4);
    pipeline.before('transform-rows', async () => {
      const Bucket = pipeline.stack.environment['SOURCE_BUCKET']!;
      await pipeline.s3.send(new DeleteObjectCommand({ Bucket, Key: key }));
    });
    const execution = await pipeline.deliver(key, queueReport([{ queue: 'deleted', n: 4 }]));
    expect(execution).toMatchObject({ status: 'FAILED', error: 'ReportNotFoundError' });
    const messages = await pipeline.takeMessages('QUARANTINE_QUEUE_URL');
    expect(messages.at(-1)).toMatchObject({ key, copyKey: null });
  });

  it('keeps every rejected row with its reason, although nothing of the file is delivered', async () => {
    await pipeline.takeMessages('QUARANTINE_QUEUE_URL');
    await deliver(reportKey('QR-all-bad', 4), `${queueHeadings}\n${badRows}\n`);
    const [message] = await pipeline.takeMessages('QUARANTINE_QUEUE_URL');
    const rejects = (await pipeline.readStaged(String(message?.['rejectsKey']))).trimEnd().split('\n');
    expect(rejects).toHaveLength(22);
    expect(rejects[1]).toMatch(/^2,.*expected a whole number/);
  });

  it('stands in the ledger as quarantined, and as delivered once a corrected upload came', async () => {
    const key = reportKey('QR-corrected', 4);
    await deliver(key, thirtyMinutes);
    expect(await pipeline.readCoverage('QR', 'QR-corrected', 4)).toMatchObject({ status: 'QUARANTINED' });
    await nextSecond();
    const corrected = await deliver(key, queueReport([{ queue: 'corrected', n: 4 }]));
    expect(corrected.states.at(-1)).toBe('ReportDelivered');
    expect(await pipeline.readCoverage('QR', 'QR-corrected', 4)).toMatchObject({ status: 'DELIVERED', rowCount: 1 });
  });

  it('keeps the copy of every bad upload of its key', async () => {
    const key = reportKey('QR-twice-bad', 4);
    await deliver(key, thirtyMinutes);
    await nextSecond();
    await deliver(key, '');
    const copies = (await pipeline.listKeys('STAGING_BUCKET', 'quarantine/QR-twice-bad')).map((copy) =>
      copy.split('/').at(-1),
    );
    expect(copies).toEqual([key, key].map((name) => name.slice(prefix.length)));
  });

  it('is announced as a failed execution of its own kind: the error says quarantine, not outage', async () => {
    await pipeline.takeMessages('FAILED_EXECUTIONS_QUEUE_URL');
    const execution = await deliver(`${prefix}overview.csv`, 'x');
    expect(await pipeline.takeMessages('FAILED_EXECUTIONS_QUEUE_URL')).toMatchObject([
      { detail: { name: execution.name, error: 'UnknownReportKindError' } },
    ]);
  });

  it('started again with the same input ends in quarantine again', async () => {
    const first = pipeline.newest(reportKey('QR-half-hours', 4));
    const again = await pipeline.startAgain(first);
    expect(again).toMatchObject({ status: 'FAILED', error: first.error!, cause: first.cause! });
  });
});

describe('a file whose quarantine itself fails', () => {
  it('fails at QuarantineReport, and a redrive finishes it', async () => {
    pipeline.before('quarantine-report', () => {
      throw new Error('The sandbox was lost');
    });
    const failed = await deliver(reportKey('QR-unset', 4), thirtyMinutes);
    expect(failed).toMatchObject({ status: 'FAILED', error: 'Error' });
    expect(failed.states.at(-1)).toBe('QuarantineReport');
    const redriven = await pipeline.redrive(failed);
    expect(redriven).toMatchObject({ status: 'FAILED', error: 'IntervalSpacingError' });
    expect(redriven.states.at(-1)).toBe('ReportQuarantined');
  });
});

describe('a hub that refuses records', () => {
  const rows = Array.from({ length: 4 }, (_, index) => ({ queue: `refused ${index}`, n: 4 }));

  it('[fault 23] gets the others, and the refused ones lie in the staging bucket with its reasons', async () => {
    pipeline.hub.refuse((_, record) =>
      'queueValue' in record && record.queueValue === 'refused 2' ? 'unknown queue' : null,
    );
    const execution = await deliver(reportKey('QR-partly', 4), queueReport(rows));
    expect(execution.states.at(-1)).toBe('ReportDelivered');
    expect(execution.output.delivery).toMatchObject({ deliveredRecordCount: 3, rejectedRecordCount: 1 });
    const [rejectsKey] = (await pipeline.listKeys('STAGING_BUCKET', 'reports/QR-partly')).filter((key) =>
      key.includes('hub-rejects'),
    );
    const rejects = await pipeline.readStaged(rejectsKey!);
    expect(rejects).toContain('unknown queue');
    expect(rejects).toContain('refused 2');
    expect(rejects).not.toContain('refused 1');
    expect(await pipeline.readCoverage('QR', 'QR-partly', 4)).toMatchObject({
      status: 'DELIVERED',
      rejectedRowCount: 1,
    });
  });

  it('all of them leads to quarantine with the number of records in its cause', async () => {
    pipeline.hub.refuse(() => 'unknown queue');
    const others = rows.map((row) => ({ ...row, queue: `all ${row.queue}` }));
    const execution = await deliver(reportKey('QR-wholly', 4), queueReport(others));
    expect(execution).toMatchObject({ status: 'FAILED', error: 'HubRejectedError' });
    expect(execution.states.slice(-3)).toEqual(['CompleteReport', 'QuarantineReport', 'ReportQuarantined']);
    expect(execution.cause).toContain('refused all 4 records');
  });
});
