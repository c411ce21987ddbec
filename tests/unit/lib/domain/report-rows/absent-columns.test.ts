import { describe, expect, it } from '@jest/globals';
import { noteAbsentColumns } from '../../../../../functions/lib/domain/report-rows/absent-columns.ts';
import { createNoteList } from '../../../../../functions/lib/domain/report-rows/notes.ts';
import type { ReportColumn } from '../../../../../functions/lib/domain/report-rows/report-columns.ts';
import type { ReportKind } from '../../../../../schemas/report-kind.ts';
import type { Settings } from '../../../../../schemas/settings.ts';
import { contextOf } from './report-case.ts';

/** What is noted of a report that has these columns: of each absent figure its name, and the remark on directions. */
function noteThose(kind: ReportKind, columns: readonly ReportColumn[], figures: Partial<Settings['figures']> = {}) {
  const notes = createNoteList();
  const positions = new Map(columns.map((column, position) => [column, position]));
  const header = kind === 'QR' ? { kind, serviceLevelSeconds: 20 } : { kind, serviceLevelSeconds: null };
  noteAbsentColumns({ ...header, headings: [], positions }, contextOf({ figures }).settings.figures, notes);
  return notes.list();
}
const absentFigures = (...input: Parameters<typeof noteThose>) =>
  noteThose(...input)
    .filter(({ code }) => code === 'absent-column')
    .map(({ message }) => message.split(' is null')[0]?.split(' are null')[0]);

describe('a figure of a queue report is noted as null', () => {
  it.each([
    ['handleTimeSeconds', ['interactionTime', 'holdTime']],
    ['handleTimeSeconds', ['contactHandleTime', 'afterContactWorkTime']],
    ['holdTimeSeconds', ['holdTime']],
    ['holdTimeSeconds', ['averageHoldTime', 'contactsPutOnHold']],
    ['holdTimeSeconds', ['averageHoldTimeAllContacts', 'handledIncoming']],
    ['holdTimeSeconds', ['averageHoldTimeAllContacts', 'contactsHandled']],
    ['workTimeSeconds', ['afterContactWorkTime']],
    ['workTimeSeconds', ['averageAfterContactWorkTime', 'handledIncoming']],
    ['workTimeSeconds', ['averageAfterContactWorkTime', 'contactsHandled']],
    ['contactsReceived, serviceLevelPercent', ['contactsQueued']],
    ['queueDelayTimeSeconds', ['averageAnswerTime']],
  ] satisfies [string, ReportColumn[]][])('%s: not with %j, but with each of them missing', (figure, columns) => {
    expect(absentFigures('QR', columns)).not.toContain(figure);
    for (const gone of columns) {
      expect(
        absentFigures(
          'QR',
          columns.filter((column) => column !== gone),
        ),
      ).toContain(figure);
    }
  });

  it('the handle time with after-contact work by the columns that hold both', () => {
    const figures = { handleTime: 'talkHoldAndWork' } as const;
    const absent = (...columns: ReportColumn[]) => absentFigures('QR', columns, figures).includes('handleTimeSeconds');
    expect(absent('contactHandleTime')).toBe(false);
    expect(absent('interactionTime', 'holdTime', 'afterContactWorkTime')).toBe(false);
    expect(absent('interactionTime', 'holdTime')).toBe(true);
    expect(absent('interactionTime', 'afterContactWorkTime')).toBe(true);
    expect(absent('holdTime', 'afterContactWorkTime')).toBe(true);
    expect(noteThose('QR', [], figures).map(({ message }) => message)).toContain(
      'handleTimeSeconds is null: add "Agent interaction time" and "Customer hold time" and "After contact work time" to the report.',
    );
  });

  it('the contacts received by the column queued only where they are taken from it', () => {
    expect(absentFigures('QR', [], { contactsReceived: 'handledPlusAbandoned' })).toEqual([
      ...['handleTimeSeconds', 'holdTimeSeconds', 'workTimeSeconds', 'queueDelayTimeSeconds'],
    ]);
  });

  it('with the columns to add, those the report has already left out', () => {
    expect(noteThose('QR', ['holdTime'])).toContainEqual({
      ...{ code: 'absent-column', count: 1 },
      message: 'handleTimeSeconds is null: add "Agent interaction time" to the report.',
    });
  });
});

describe('a figure of an agent’s report is noted as null', () => {
  it('of an agent queue report: contacts and times, no figure of the queue', () => {
    const ofContacts = ['handleTimeSeconds', 'holdTimeSeconds', 'workTimeSeconds'];
    expect(absentFigures('AQR', [])).toEqual(['contactsHandled', ...ofContacts]);
    expect(absentFigures('AQR', ['contactsHandled'])).toEqual(ofContacts);
    expect(absentFigures('AQR', ['handledIncoming'])).toEqual(ofContacts);
  });

  it('of an agent system report: the ready time, where it is more than the idle time', () => {
    expect(noteThose('ASPR', [])).toEqual([]);
    const figures = { readyTime: 'idleAndOnContact' } as const;
    expect(noteThose('ASPR', ['idleTime', 'onContactTime'], figures)).toEqual([]);
    expect(noteThose('ASPR', ['idleTime'], figures)).toEqual([
      {
        ...{ code: 'absent-column', count: 1 },
        message: 'readyTimeSeconds is null: add "Agent on contact time" to the report.',
      },
    ]);
  });
});

describe('a mix of directions that cannot be seen is noted', () => {
  const remark = (kind: ReportKind, columns: readonly ReportColumn[]) =>
    noteThose(kind, columns).find(({ code }) => code === 'direction-unseen')?.message;

  it('with the columns that are missing', () => {
    const all =
      'Queues that mix directions cannot be told: add "Contacts handled outbound" and "Callback contacts handled"';
    expect(remark('QR', [])).toBe(`${all} to the report.`);
    expect(remark('AQR', [])).toBe(`${all} to the report.`);
    expect(remark('QR', ['handledOutbound'])).toBe(
      'Queues that mix directions cannot be told: add "Callback contacts handled" to the report.',
    );
  });

  it('not of a report with both columns, nor of agents’ times', () => {
    expect(remark('QR', ['handledOutbound', 'handledCallback'])).toBeUndefined();
    expect(remark('ASPR', [])).toBeUndefined();
  });
});
