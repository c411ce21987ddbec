// Each way through the state machine, by the states an operator sees in the console.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  interval,
  nextSecond,
  prefix,
  queueReport,
  reportKey,
  runTime,
  startPipeline,
  type Pipeline,
} from './harness.ts';

const wholeWay = [
  'ClassifyReport',
  'IsKnownReport',
  'ClaimCheckpoint',
  'IsClaimed',
  'ValidateSpacing',
  'TransformRows',
  'DeliverBatches',
  'DeliverBatch',
  'CompleteReport',
  'IsDelivered',
  'ReportDelivered',
];

let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await startPipeline();
});
afterAll(() => pipeline.close());

describe('a delivered file', () => {
  it('passes every step once and stands in the hub', async () => {
    const execution = await pipeline.deliver(
      reportKey('QR-whole', 4),
      queueReport([{ queue: 'whole', n: 4, handled: 8 }]),
    );
    expect(execution).toMatchObject({ status: 'SUCCEEDED', states: wholeWay });
    expect(execution.output.delivery).toMatchObject({ status: 'DELIVERED', deliveredRecordCount: 1 });
    expect(pipeline.queueRecords('whole')).toMatchObject([
      {
        sourceVersion: execution.output.claim.sourceVersion,
        record: {
          intervalStart: interval(4),
          contactsReceived: 10,
          handledShort: 6,
          handledLong: 2,
          abandonedShort: 1,
        },
      },
    ]);
  });

  it('of typical size takes at most 12 state entries', async () => {
    const rows = Array.from({ length: 60 }, (_, index) => ({ queue: `typical ${index}`, n: 4 }));
    const { states, status } = await pipeline.deliver(reportKey('QR-typical', 4), queueReport(rows));
    expect(status).toBe('SUCCEEDED');
    expect(states.length).toBeLessThanOrEqual(12);
  });

  it('shows in its state which file, series and intervals, and how many rows and batches', async () => {
    const { output, input } = await pipeline.deliver(
      reportKey('QR-shown', 4),
      queueReport([
        { queue: 'shown', n: 3 },
        { queue: 'shown', n: 4 },
      ]),
    );
    expect(input.object).toMatchObject({
      key: reportKey('QR-shown', 4),
      etag: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
    expect(output.report).toMatchObject({ kind: 'QR', series: 'QR-shown', runTime: runTime(4) });
    expect(output.rows).toMatchObject({
      ...{ rowCount: 2, recordCount: 2, rejectedRowCount: 0, batchCount: 1 },
      ...{ firstInterval: interval(3), lastInterval: interval(4), intervalCount: 2, serviceLevelSeconds: 20 },
    });
    expect(Buffer.byteLength(JSON.stringify(output))).toBeLessThan(4096);
  });

  it('[fault 17] with headings only is delivered with 0 rows and stands in the ledger as present and empty', async () => {
    const execution = await pipeline.deliver(reportKey('QR-empty', 4), queueReport([]));
    expect(execution.states.at(-1)).toBe('ReportDelivered');
    expect(execution.output.delivery).toMatchObject({ status: 'DELIVERED', batchCount: 0, deliveredRecordCount: 0 });
    expect(await pipeline.readCoverage('QR', 'QR-empty', 4)).toMatchObject({ status: 'DELIVERED', rowCount: 0 });
  });

  it('of each kind goes to its own path of the hub', async () => {
    const times = `${interval(4)},${runTime(4)}`;
    await pipeline.deliver(
      reportKey('AQR-kinds', 4),
      `Agent,Queue,StartInterval,EndInterval,Contacts handled,Agent interaction time,Customer hold time\nanna,kinds,${times},3,300,20\n`,
    );
    await pipeline.deliver(
      reportKey('ASPR-kinds', 4),
      `Agent,StartInterval,EndInterval,Online time,Nonproductive time,Agent idle time\nanna,${times},900,100,500\n`,
    );
    expect(pipeline.hub.records('AQR').map(({ record }) => record)).toMatchObject([
      { agentValue: 'anna', queueValue: 'kinds', contactsHandled: 3, handleTimeSeconds: 320 },
    ]);
    expect(pipeline.hub.records('ASPR').map(({ record }) => record)).toMatchObject([
      { agentValue: 'anna', loginTimeSeconds: 900, notReadyTimeSeconds: 100, readyTimeSeconds: 500 },
    ]);
  });
});

describe('an execution of an upload that was delivered', () => {
  it('ends as already delivered when it is started again, without a request and with the same staged bytes', async () => {
    const first = await pipeline.deliver(reportKey('QR-again', 4), queueReport([{ queue: 'again', n: 4 }]));
    const staged = await pipeline.listKeys('STAGING_BUCKET');
    pipeline.takeRequests();
    const second = await pipeline.startAgain(first);
    expect(second.states).toEqual([...wholeWay.slice(0, 4), 'ReportAlreadyDelivered']);
    expect(second.output.claim).toMatchObject({
      status: 'ALREADY_DELIVERED',
      sourceVersion: first.output.claim.sourceVersion,
    });
    expect(pipeline.takeRequests().count).toBe(0);
    expect(await pipeline.listKeys('STAGING_BUCKET')).toEqual(staged);
  });

  it('cannot be redriven, as on AWS', async () => {
    const { redriveStatus } = await pipeline.deliver(reportKey('QR-done', 4), queueReport([{ queue: 'done', n: 4 }]));
    expect(redriveStatus).toBe('NOT_REDRIVABLE');
  });
});

describe('the spacing of run times', () => {
  const deliver = (series: string, n: number) =>
    pipeline.deliver(reportKey(series, n), queueReport([{ queue: series, n }]));

  it('[fault 6] is first, next, a gap that names its run times, and a backfill, each of them delivered', async () => {
    const verdicts = [];
    for (const n of [10, 11, 15, 13]) {
      const { output, states } = await deliver('QR-spacing', n);
      expect(states.at(-1)).toBe('ReportDelivered');
      verdicts.push([output.spacing.verdict, output.spacing.missing]);
    }
    expect(verdicts).toEqual([
      ['first', []],
      ['next', []],
      ['gap', [12, 13, 14].map(runTime)],
      ['backfill', []],
    ]);
    expect(Object.keys(pipeline.handled('QR-spacing'))).toEqual([10, 11, 13, 15].map(interval));
    expect(await pipeline.readCoverage('QR', 'QR-spacing', 15)).toMatchObject({
      ...{ verdict: 'gap', missing: [12, 13, 14].map(runTime), status: 'DELIVERED', rowCount: 1 },
    });
  });

  it('is a reload when the run time comes again with other figures', async () => {
    await deliver('QR-changed', 10);
    await nextSecond();
    const { output } = await pipeline.deliver(
      reportKey('QR-changed', 10),
      queueReport([{ queue: 'QR-changed', n: 10, handled: 3 }]),
    );
    expect(output.spacing.verdict).toBe('reload');
    expect(pipeline.handled('QR-changed')).toEqual({ [interval(10)]: 3 });
  });

  it('does not concern a reload file, with or without a time stamp', async () => {
    for (const name of ['AQR-reload-monday.csv', `AQR-reload-2026-01-01.csv`]) {
      const { output, states } = await pipeline.deliver(
        prefix + name,
        `Agent,Queue,StartInterval,EndInterval,Contacts handled\nanna,${name},${interval(4)},${runTime(4)},3\n`,
      );
      expect(states.at(-1)).toBe('ReportDelivered');
      expect(output.report.series).toBeNull();
      expect(output.spacing.verdict).toBe('reload');
    }
  });

  it('off the quarter-hour grid leads to quarantine and moves the series nowhere', async () => {
    await deliver('QR-grid', 10);
    const key = `${prefix}QR-grid-${runTime(11).replace(':00.000Z', ':01Z')}.csv`;
    const execution = await pipeline.deliver(key, queueReport([{ queue: 'QR-grid', n: 11 }]));
    expect(execution).toMatchObject({ status: 'FAILED', error: 'IntervalSpacingError' });
    expect(execution.states).toEqual([...wholeWay.slice(0, 5), 'QuarantineReport', 'ReportQuarantined']);
    expect((await deliver('QR-grid', 11)).output.spacing.verdict).toBe('next');
  });

  it('goes by series: another text after the kind is another series', async () => {
    await deliver('QR-EMEA', 10);
    expect((await deliver('QR-APAC', 20)).output.spacing.verdict).toBe('first');
  });
});

describe('a file that is none of our reports', () => {
  it('is ignored when the settings say so, and leaves no trace', async () => {
    const ignoring = await startPipeline({ settings: { reports: { unknownReports: 'ignore' } } });
    try {
      const execution = await ignoring.deliver(`${prefix}Contact search-${runTime(4)}.csv`, 'x');
      expect(execution).toMatchObject({
        status: 'SUCCEEDED',
        states: ['ClassifyReport', 'IsKnownReport', 'ReportIgnored'],
      });
      expect(execution.output.report.status).toBe('IGNORED');
      expect(await ignoring.listKeys('STAGING_BUCKET')).toEqual([]);
      expect(ignoring.hub.requests).toEqual([]);
    } finally {
      await ignoring.close();
    }
  });
});
