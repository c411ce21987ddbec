// Input as it should not be, through the whole chain: it ends in a clear error or a reject, and no good row is lost.
import { gzipSync } from 'node:zlib';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  interval,
  prefix,
  queueHeadings,
  queueReport,
  reportKey,
  runTime,
  startPipeline,
  type Pipeline,
} from './harness.ts';

let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await startPipeline();
});
afterAll(() => pipeline.close());

const good = (queue: string) => queueReport([{ queue, n: 4 }]);
const flip = (bytes: Uint8Array, at: number) => bytes.map((byte, index) => (index === at ? byte ^ 0xff : byte));
const zipped = gzipSync(queueReport(Array.from({ length: 200 }, (_, index) => ({ queue: `zipped ${index}`, n: 4 }))));

describe('a file that is no readable CSV', () => {
  it.each([
    ['of line ends only', '\r\n\r\n', /empty/],
    ['in UTF-16', Buffer.from(`\uFEFF${good('utf16')}`, 'utf16le'), /UTF-16/],
    ['that is a damaged gzip', flip(zipped, zipped.length >> 1), /gzip file is damaged or cut/],
    ['that is a cut gzip', zipped.subarray(0, zipped.length - 20), /gzip file is damaged or cut/],
    ['with a quote left open', `${good('open quote')}"open,${interval(4)},`, /opens a quote that is never closed/],
    ['cut within its last row', good('cut').slice(0, -25), /file is cut: its last row, line 2/],
    ['with a NUL in its header', good('nul').replace('Queue', 'Que\0e'), /UTF-8/],
  ])('%s is quarantined as such, and nothing of it is delivered', async (name, body, cause) => {
    pipeline.takeRequests();
    const execution = await pipeline.deliver(reportKey(`QR-${name}`, 4), body);
    expect(execution).toMatchObject({ status: 'FAILED', error: 'ReportFormatError' });
    expect(execution.cause).toMatch(cause);
    expect(pipeline.takeRequests().count).toBe(0);
  });

  it('of 500,000 rows ends in the row limit, not in a dead process', async () => {
    const times = `,${interval(4)},${runTime(4)},10,8,2,1,6,12.5\n`;
    const rows = Array.from({ length: 500_000 }, (_, index) => `q${index}${times}`).join('');
    const execution = await pipeline.deliver(
      reportKey('QR-endless', 4).replace('.csv', '.csv.gz'),
      gzipSync(`${queueHeadings}\n${rows}`, { level: 1 }),
    );
    expect(execution).toMatchObject({ status: 'FAILED', error: 'ReportRowLimitError' });
    expect(execution.cause).toContain('more than 100000 rows');
  }, 60_000);
});

describe('the largest legal report', () => {
  it('of 200,000 cells is delivered whole', async () => {
    const rows = Array.from({ length: 22_222 }, (_, index) => ({
      queue: `large ${Math.floor(index / 96)}`,
      n: 1 + (index % 96),
    }));
    const execution = await pipeline.deliver(reportKey('QR-large', 96), queueReport(rows));
    expect(execution.output.rows).toMatchObject({ rowCount: 22_222, recordCount: 22_222, rejectedRowCount: 0 });
    expect(execution.output.delivery).toMatchObject({ status: 'DELIVERED', deliveredRecordCount: 22_222 });
    expect(Object.keys(pipeline.handled('large 7'))).toHaveLength(96);
  }, 60_000);
});

describe('a readable file in an unusual form', () => {
  it.each([
    ['with a byte order mark', (queue: string) => `\uFEFF${good(queue)}`],
    ['with CRLF and no line end after the last row', (queue: string) => good(queue).trimEnd().replaceAll('\n', '\r\n')],
    ['as gzip', (queue: string) => gzipSync(good(queue))],
  ])('%s is delivered', async (name, body) => {
    const execution = await pipeline.deliver(reportKey(`QR-${name}`, 4), body(name));
    expect(execution.states.at(-1)).toBe('ReportDelivered');
    expect(pipeline.handled(name)).toEqual({ [interval(4)]: 8 });
  });

  it.each([
    'Sales, North',
    'The "best" queue',
    'two\nlines',
    'two\r\nlines',
    '__proto__',
    'constructor',
    '=1+1',
    'Größe 🚀',
  ])('with the queue name %j keeps the name', async (queue) => {
    const name = Buffer.from(queue).toString('hex');
    const body = queueReport([
      { queue, n: 4, handled: 3 },
      { queue: `after ${name}`, n: 4 },
    ]);
    const execution = await pipeline.deliver(reportKey(`QR-${name}`, 4), body);
    expect(execution.output.rows).toMatchObject({ rowCount: 2, recordCount: 2 });
    expect(pipeline.handled(queue)).toEqual({ [interval(4)]: 3 });
    expect(pipeline.handled(`after ${name}`)).toEqual({ [interval(4)]: 8 });
  });

  it.each([
    ['plain bytes under Content-Encoding gzip', (queue: string) => good(queue), 'gzip'],
    ['gzip under no Content-Encoding', (queue: string) => gzipSync(good(queue)), undefined],
    ['gzip under Content-Encoding identity', (queue: string) => gzipSync(good(queue)), 'identity'],
    ['plain bytes under Content-Encoding br', (queue: string) => good(queue), 'br'],
  ])('with %s is delivered: the bytes say what they are', async (name, body, ContentEncoding) => {
    const key = reportKey(`QR-${name}`, 4);
    const Bucket = pipeline.stack.environment['SOURCE_BUCKET']!;
    await pipeline.s3.send(
      new PutObjectCommand({ Bucket, Key: key, Body: body(name), ...(ContentEncoding && { ContentEncoding }) }),
    );
    await pipeline.waitFor(() => pipeline.executions(key).length > 0, 'the execution');
    await pipeline.stack.idle();
    expect(pipeline.newest(key).states.at(-1)).toBe('ReportDelivered');
    expect(pipeline.handled(name)).toEqual({ [interval(4)]: 8 });
  });

  it('with bad rows delivers the good ones and lists the others by line, column and reason', async () => {
    const times = `${interval(4)},${runTime(4)}`;
    const bad = [`neg,${times},-1,8,2,1,6,1`, `ragged,${times},10`, `late,${runTime(4)},${runTime(5)},10,8,2,1,6,1`];
    const execution = await pipeline.deliver(reportKey('QR-mixed', 4), good('mixed') + bad.join('\n'));
    // The ragged row stands in the middle; a short last row would be a cut file.
    expect(execution.output.rows).toMatchObject({ rowCount: 4, recordCount: 1, rejectedRowCount: 3 });
    expect(pipeline.handled('mixed')).toEqual({ [interval(4)]: 8 });
    const rejects = (await pipeline.readStaged(execution.output.rows.rejectsKey!)).split('\n');
    expect(rejects).toHaveLength(5);
    expect(rejects.slice(1, 4).map((line) => line.split(',')[0])).toEqual(['3', '4', '5']);
    expect(rejects[1]).toContain('Contacts queued');
  });
});

describe('a key', () => {
  const stamps = {
    colons: runTime(4),
    'no colons': runTime(4).replaceAll(':', ''),
    underscores: runTime(4).replaceAll(':', '_'),
  };
  const folder = 'sub folder/50%+more/Größe & co/';

  it.each(Object.entries(stamps))(
    'with spaces, plus, percent and umlauts and the run time with %s finds its object by both forms of notification',
    async (spelling, stamp) => {
      const name = `QR-Team A+B 100% Zürich ${spelling}`;
      const key = `${folder}${name}-${stamp.replace('.000', '')}.csv`;
      const execution = await pipeline.deliver(prefix + key, good(name));
      expect(execution.output).toMatchObject({ report: { series: name, runTime: runTime(4) } });
      expect(pipeline.handled(name)).toEqual({ [interval(4)]: 8 });

      // Outside the rule's prefix EventBridge says nothing: only S3's own notification, form-encoded, starts this one.
      const elsewhere = `other ${spelling}/${key}`;
      const Bucket = pipeline.stack.environment['SOURCE_BUCKET']!;
      await pipeline.s3.send(new PutObjectCommand({ Bucket, Key: elsewhere, Body: good(name) }));
      const encoded = encodeURIComponent(elsewhere).replaceAll('%20', '+').replaceAll('%2F', '/');
      const record = { eventName: 'ObjectCreated:Put', s3: { bucket: { name: Bucket }, object: { key: encoded } } };
      await pipeline.sendNotice(JSON.stringify({ Records: [record] }));
      await pipeline.stack.idle();
      expect(pipeline.newest(elsewhere).states.at(-1)).toBe('ReportDelivered');
    },
  );

  it('in lower case and with .csv.gz is read as any other', async () => {
    const key = `${prefix}qr_team-${runTime(4).replace('.000', '')}.CSV.GZ`;
    const execution = await pipeline.deliver(key, gzipSync(good('lower')));
    expect(execution.output.report).toMatchObject({ kind: 'QR', series: 'QR_team' });
    expect(pipeline.handled('lower')).toEqual({ [interval(4)]: 8 });
  });

  it.each(['..x..', 'a\\..\\b', 'x\r\nX-Amz-Acl: public-read', '"quoted" <&>', '\u202egnp', '%2e%2e%2f'])(
    'with %j in it leads nowhere else: what is staged stays in the folders of its report',
    async (trick) => {
      const key = `${prefix}${trick}/QR-${trick.replaceAll('/', '')}-${runTime(4).replace('.000', '')}.csv`;
      const before = new Set(await pipeline.listKeys('STAGING_BUCKET'));
      const queue = `trick ${Buffer.from(trick).toString('hex')}`;
      const execution = await pipeline.deliver(key, good(queue));
      expect(execution.states.at(-1)).toBe('ReportDelivered');
      expect(pipeline.handled(queue)).toEqual({ [interval(4)]: 8 });
      const staged = (await pipeline.listKeys('STAGING_BUCKET')).filter((stagedKey) => !before.has(stagedKey));
      expect(staged.length).toBeGreaterThan(0);
      for (const stagedKey of staged) expect(stagedKey).toMatch(/^reports\/[A-Za-z0-9_-]+\/[0-9a-f]{16}\/[\w.-]+$/);
    },
  );

  it('of a bad upload with special characters is copied to the staging bucket', async () => {
    const key = `${prefix}${folder}What is + this % ü?.csv`;
    const execution = await pipeline.deliver(key, 'x');
    expect(execution.error).toBe('UnknownReportKindError');
    const copies = await pipeline.listKeys('STAGING_BUCKET', 'quarantine/');
    expect(copies.filter((copy) => copy.endsWith('/What is + this % ü?.csv'))).toHaveLength(1);
  });
});
