import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ReportFormatError, ReportHeaderError } from '../../../../../functions/lib/domain/errors.ts';
import { createNoteList } from '../../../../../functions/lib/domain/report-rows/notes.ts';
import { readReportHeader } from '../../../../../functions/lib/domain/report-rows/report-header.ts';
import type { ReportKind } from '../../../../../schemas/report-kind.ts';

const queueHeadings = [
  'Queue',
  'StartInterval',
  'EndInterval',
  'Contacts handled',
  'Contacts abandoned',
  'Contacts answered in 20 seconds',
  'Contacts abandoned in 20 seconds',
];

function read(headings: readonly string[], kind: ReportKind = 'QR', aliases: Record<string, string[]> = {}) {
  const notes = createNoteList();
  const header = readReportHeader(headings, kind, aliases, notes);
  return { ...header, notes: notes.list() };
}

const replace = (heading: string, by: string) => queueHeadings.map((other) => (other === heading ? by : other));
const without = (...missing: string[]) => queueHeadings.filter((heading) => !missing.includes(heading));

describe('readReportHeader', () => {
  it('maps the header line AWS published', () => {
    const published =
      'Queue,StartInterval,EndInterval,After contact work time,Average queue answer time,Contacts abandoned,Contacts abandoned in 15 seconds,Contacts handled incoming,Contacts handled outbound,Contacts answered in 15 seconds,Customer hold time,Contact handle time,Average outbound agent interaction time,Average outbound after contact work time';
    const header = read(published.split(','));
    expect(header.serviceLevelSeconds).toBe(15);
    expect(header.positions.size).toBe(14);
    expect(header.positions.get('abandonedInTime')).toBe(6);
    expect(header.positions.get('answeredInTime')).toBe(9);
    expect(header.positions.get('averageOutboundAfterContactWorkTime')).toBe(13);
  });

  it('maps by heading, whatever the order of columns', () => {
    const headings = [...queueHeadings, 'Contacts queued', 'Customer hold time', 'Anything else'];
    const expected = read(headings).positions;
    fc.assert(
      fc.property(fc.shuffledSubarray(headings, { minLength: headings.length }), (shuffled) => {
        const { positions } = read(shuffled);
        expect(positions.size).toBe(expected.size);
        for (const [column, position] of positions) {
          expect(shuffled[position]).toBe(headings[expected.get(column) ?? -1]);
        }
      }),
    );
  });

  it.each(['contacts_abandoned', 'Contacts-Abandoned', ' CONTACTS ABANDONED '])('finds %j', (spelling) => {
    expect(read(replace('Contacts abandoned', spelling)).positions.get('contactsAbandoned')).toBe(4);
  });

  it('[fault 14] refuses a known heading that stands twice and names both', () => {
    expect(() => read([...queueHeadings, 'contacts-abandoned'])).toThrow(ReportHeaderError);
    expect(() => read([...queueHeadings, 'contacts-abandoned'])).toThrow(
      '"Contacts abandoned" in column 5 and "contacts-abandoned" in column 8',
    );
    expect(() => read([...queueHeadings, 'Contacts answered in 20 seconds'])).toThrow(ReportHeaderError);
  });

  it('ignores headings it does not know, even twice or blank', () => {
    const header = read([...queueHeadings, 'Lunch time', 'Lunch time', '', '', '__proto__', 'constructor']);
    expect(header.positions.size).toBe(7);
    expect(header.notes).toEqual([]);
  });

  it('takes the first of two spellings of one column, whichever stands first, and says so', () => {
    const header = read([...queueHeadings, 'API contacts', 'API contacts handled']);
    expect(header.positions.get('handledApi')).toBe(8);
    expect(header.notes).toEqual([
      {
        code: 'heading-twice',
        message: '"API contacts" is ignored: "API contacts handled" is the same column.',
        count: 1,
      },
    ]);
  });

  it('prefers the threshold heading with "in" where the report has both spellings', () => {
    const header = read([...queueHeadings, 'Contacts answered 20 seconds']);
    expect(header.positions.get('answeredInTime')).toBe(5);
    expect(header.notes.map(({ code }) => code)).toEqual(['heading-twice']);
  });

  it('takes more spellings from the settings, also for threshold headings', () => {
    const localized = replace('Contacts handled', 'Bearbeitete Kontakte').map((heading) =>
      heading === 'Contacts answered in 20 seconds' ? 'In 20 Sek. beantwortet' : heading,
    );
    const header = read(localized, 'QR', {
      'contacts handled': ['Bearbeitete Kontakte'],
      'Contacts answered in 20 seconds': ['In 20 Sek. beantwortet'],
    });
    expect(header.positions.get('contactsHandled')).toBe(3);
    expect(header.serviceLevelSeconds).toBe(20);
  });

  it('names everything that is missing and what it found, in one error', () => {
    expect(() => read(['Queue', 'StartInterval', 'Contacts abandoned'])).toThrow(
      'The QR report lacks "EndInterval", "Contacts handled" or "Contacts handled incoming", "Contacts answered in X seconds", "Contacts abandoned in X seconds"; found "Queue", "StartInterval", "Contacts abandoned"',
    );
  });

  it('says that the Interval grouping is missing where both ends are', () => {
    expect(() => read(without('StartInterval', 'EndInterval'))).toThrow('the report lacks the Interval grouping');
    expect(() => read(without('StartInterval'))).not.toThrow('the report lacks the Interval grouping');
  });

  it.each<[ReportKind, readonly string[], string]>([
    ['QR', without('Queue'), '"Queue"'],
    ['QR', without('Contacts abandoned'), '"Contacts abandoned"'],
    ['QR', without('Contacts handled'), '"Contacts handled" or "Contacts handled incoming"'],
    ['QR', without('Contacts answered in 20 seconds'), 'lacks "Contacts answered in X seconds";'],
    ['QR', without('Contacts abandoned in 20 seconds'), 'lacks "Contacts abandoned in X seconds";'],
    [
      'QR',
      replace('Contacts answered in 20 seconds', 'Contacts answered in X seconds'),
      '"Contacts answered in X seconds"',
    ],
    ['AQR', ['Queue', 'StartInterval', 'EndInterval', 'Contacts handled'], '"Agent"'],
    ['AQR', ['Agent', 'StartInterval', 'EndInterval', 'Contacts handled'], '"Queue"'],
    ['AQR', ['Agent', 'Queue', 'StartInterval', 'EndInterval'], '"Contact handle time"'],
    ['ASPR', ['Agent', 'StartInterval', 'EndInterval', 'Online time', 'Agent idle time'], '"Nonproductive time"'],
    ['ASPR', [''], 'found no headings'],
  ])('refuses a %s report with %j', (kind, headings, message) => {
    expect(() => read(headings, kind)).toThrow(ReportHeaderError);
    expect(() => read(headings, kind)).toThrow(message);
  });

  it.each(['Contacts handled', 'Contacts handled incoming', 'Agent interaction time', 'After contact work time'])(
    'accepts an AQR report with nothing but %j',
    (heading) => {
      expect(read(['Agent', 'Queue', 'StartInterval', 'EndInterval', heading], 'AQR').positions.size).toBe(5);
    },
  );

  it.each([
    [replace('Contacts answered in 20 seconds', 'Contacts answered in 30 seconds'), 'Contacts answered in 30 seconds'],
    [[...queueHeadings, 'Contacts answered in 30 seconds'], 'Contacts answered in 30 seconds'],
    [[...queueHeadings, 'Contacts abandoned in 1 minute'], 'Contacts abandoned in 1 minute'],
  ])('refuses two service levels in one report', (headings, named) => {
    expect(() => read(headings)).toThrow(ReportHeaderError);
    expect(() => read(headings)).toThrow(named);
    expect(() => read(headings)).toThrow('"Contacts abandoned in 20 seconds"');
  });

  it('takes one minute and 60 seconds for the same service level', () => {
    const header = read(
      replace('Contacts answered in 20 seconds', 'Contacts answered in 1 minute').map((heading) =>
        heading.replace('abandoned in 20 seconds', 'abandoned 60 seconds'),
      ),
    );
    expect(header.serviceLevelSeconds).toBe(60);
  });

  it('ignores a service level column of another threshold, with a note', () => {
    expect(read([...queueHeadings, 'Service level 20 seconds']).notes).toEqual([]);
    const [note] = read([...queueHeadings, 'Service level 30 seconds']).notes;
    expect(note?.code).toBe('service-level-ignored');
    expect(note?.message).toContain('"Service level 30 seconds" is ignored');
  });

  it('says that the header line is missing where a row of data stands in its place, and quotes none of it', () => {
    for (const cells of [
      ['zoe@example.com', 'Sales', '2026-11-22T10:00:00.000Z'],
      ['zoe@example.com', ' 12.5 '],
    ]) {
      const failure = expect(() => read(cells, 'AQR'));
      failure.toThrow(`found a row of data with ${cells.length} cells in the place of the headings`);
      failure.not.toThrow('zoe');
    }
    expect(() => read(['Warteschlange', 'Beginn'])).toThrow('found "Warteschlange", "Beginn"');
  });

  it.each(['Contacts\0handled', 'Contacts h\uFFFDndled'])('refuses a header that is no UTF-8 text: %j', (heading) => {
    expect(() => read([...queueHeadings, heading])).toThrow(ReportFormatError);
  });
});
