import { describe, expect, it } from '@jest/globals';
import { chooseColors } from '../../../../../tools/local/run/colors.ts';
import { noAgentEvents } from '../../../../../tools/local/run/run-agent-events.ts';
import { toRunJson } from '../../../../../tools/local/run/run-json.ts';
import {
  joinLines,
  listRemarks,
  toFileLine,
  toFileTable,
  toNoteLines,
  toPath,
  toPrintable,
  toRejectLines,
  wrapText,
} from '../../../../../tools/local/run/run-report.ts';
import { buildFile } from './run-builders.ts';

const plain = chooseColors(false, {});
const reject = { line: 4, column: 'Customer hold time', value: '#REF!', reason: 'expected a number' };

describe('toPath', () => {
  it('leaves choices out and names a state that was entered for every batch once', () => {
    const states = [
      'ClassifyReport',
      'IsKnownReport',
      'DeliverBatches',
      'DeliverBatch',
      'DeliverBatch',
      'CompleteReport',
    ];
    expect(toPath(states)).toBe('ClassifyReport > DeliverBatches > DeliverBatch > CompleteReport');
  });

  it('says when there was no execution', () => {
    expect(toPath([])).toBe('(no execution)');
  });
});

describe('listRemarks', () => {
  it('has nothing to say of a file that went as it should', () => {
    expect(listRemarks(buildFile('a'))).toEqual([]);
  });

  it('names the missing run times of a gap, at most eight', () => {
    const missing = Array.from({ length: 10 }, (_, index) => `run ${index}`);
    const [remark] = listRemarks(buildFile('a', { spacing: 'gap', missing, missingCount: 12 }));
    expect(remark).toBe(`gap: no report for ${missing.slice(0, 8).join(', ')} and 4 more`);
  });

  it('shows the place and the reason of the first reject, and the reason of a failure', () => {
    const remarks = listRemarks(
      buildFile('a', { rejected: 2, rejects: [reject], error: 'HubUnavailableError', cause: 'down' }),
    );
    expect(remarks).toEqual([
      '2 rejected: line 4, "Customer hold time", expected a number …',
      'HubUnavailableError: down',
    ]);
  });

  it('tells a run time that came again from a reload file', () => {
    expect(listRemarks(buildFile('a', { spacing: 'reload' }))).toHaveLength(1);
    expect(listRemarks(buildFile('a', { spacing: 'reload', series: null }))).toEqual([]);
  });
});

describe('joinLines', () => {
  const join = (lines: Parameters<typeof joinLines>[0]) => joinLines(lines, (first, last) => `${first}–${last}`);

  it('joins neighbours that went the same way and adds up their figures', () => {
    const lines = ['1', '2', '3'].map((label) => toFileLine(buildFile(label), label));
    expect(join(lines)).toMatchObject([{ label: '1–3', fileCount: 3, rows: 6, delivered: 6 }]);
  });

  it('keeps a file with a remark or another path by itself', () => {
    const other = toFileLine(buildFile('2', { states: ['ClassifyReport', 'ReportDelivered'] }), '2');
    const told = toFileLine(buildFile('3'), '3', 'a story');
    const lines = [toFileLine(buildFile('1'), '1'), other, told, toFileLine(buildFile('4'), '4')];
    expect(join(lines).map(({ label }) => label)).toEqual(['1', '2', '3', '4']);
  });
});

describe('toFileTable', () => {
  it('has a line for each file, remarks under it, and explains the letters of the paths', () => {
    const lines = [
      toFileLine(buildFile('QR-a.csv'), 'QR-a.csv'),
      toFileLine(buildFile('b.csv', { status: 'FAILED', states: [], rows: null, error: 'E', cause: 'why' }), 'b.csv'),
    ];
    expect(toFileTable(lines, plain)).toEqual([
      ' Report    Files  Status     Rows  Delivered  Unchanged  Rejected  Path',
      ' QR-a.csv      1  DELIVERED     2          2          0         0  a',
      ' b.csv         1  FAILED        –          2          0         0  b',
      '   ↳ E: why',
      '',
      'Paths through the state machine',
      ' a  ClassifyReport > DeliverBatches > DeliverBatch > ReportDelivered',
      ' b  (no execution)',
    ]);
  });

  it('lets no file name break the table or drive the terminal', () => {
    const [, line] = toFileTable([toFileLine(buildFile('x'), 'QR\n\u001B[31m.csv')], plain);
    expect(line).toContain('QR??[31m.csv');
  });
});

describe('toRejectLines', () => {
  it('lists line, column, value and reason, and how many are not listed', () => {
    const rejects = Array.from({ length: 30 }, (_, index) => ({ ...reject, line: index + 2 }));
    const lines = toRejectLines([buildFile('QR-a.csv', { rejected: 30, rejects })], plain);
    expect(lines).toHaveLength(23);
    expect(lines[2]).toBe(' QR-a.csv     2  Customer hold time  #REF!  expected a number');
    expect(lines.at(-1)).toBe(' … and 10 more');
  });

  it('is silent without rejects', () => {
    expect(toRejectLines([buildFile('a')], plain)).toEqual([]);
  });
});

describe('toNoteLines', () => {
  it('has each note once with the number of its files', () => {
    const files = [buildFile('a', { notes: ['add a column'] }), buildFile('b', { notes: ['add a column'] })];
    expect(toNoteLines(files, plain)).toEqual(['Notes', ' - add a column (2 files)']);
  });
});

describe('what comes from outside', () => {
  const hostile = 'Sales\u001b]0;title\u0007\u009b2J\u202egnp.exe\u2028';
  const driving = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;

  it('drives no terminal: names, rejects, notes and causes', () => {
    const rejects = [{ line: 2, column: hostile, value: hostile, reason: hostile }];
    const file = buildFile(hostile, { rejected: 1, rejects, notes: [hostile], error: 'x', cause: hostile });
    const lines = [
      ...toFileTable([toFileLine(file, hostile, hostile)], plain),
      ...toRejectLines([file], plain),
      ...toNoteLines([file], plain),
    ];
    expect(lines.join('')).toContain('gnp.exe');
    expect(lines.filter((line) => driving.test(line))).toEqual([]);
  });
});

describe('wrapText', () => {
  it('breaks at blanks and leaves a long word whole', () => {
    expect(wrapText('one two threefour five', 8)).toEqual(['one two', 'threefour', 'five']);
  });
});

describe('toPrintable', () => {
  it('keeps letters of every script', () => {
    expect(toPrintable('Nguyễn, Kim ✓')).toBe('Nguyễn, Kim ✓');
  });
});

describe('toRunJson', () => {
  it('has the executions in their order, counts by outcome, and the coverage by interval', () => {
    const cells = [{ intervalStart: '2026-11-21T12:00:00.000Z', state: 'missing' as const }];
    const files = [buildFile('a'), buildFile('b', { status: 'FAILED' }), buildFile('c')];
    const json = toRunJson(
      { startedAt: 's', endedAt: 'e', hubUrl: 'http://h' },
      { files, coverage: [{ kind: 'QR', series: 'QR', cells }], agentEvents: noAgentEvents },
    );
    expect(json.executions.map(({ key }) => key.at(-1))).toEqual(['a', 'b', 'c']);
    expect(json).toMatchObject({
      ...{ startedAt: 's', endedAt: 'e', hub: { url: 'http://h' }, counts: { DELIVERED: 2, FAILED: 1 } },
      coverage: [
        { series: 'QR', firstInterval: cells[0]?.intervalStart, missing: [cells[0]?.intervalStart], late: [] },
      ],
      ...{ agentEvents: { received: 0, deadLettered: 0 }, agentEventsFailure: null, deadLetters: [] },
    });
  });
});
