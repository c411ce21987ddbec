// Which figures stay null because the report lacks a column, and which column to add.
import type { Settings } from '../../../../schemas/settings.ts';
import type { NoteList } from './notes.ts';
import { englishHeading, type FigureColumn } from './report-columns.ts';
import type { ReportHeader } from './report-header.ts';

interface Need {
  readonly figures: readonly string[];
  /** Each inner list is one way to supply the figures; the first is the one to recommend. */
  readonly sources: readonly (readonly FigureColumn[])[];
}

/**
 * Notes every figure that no row of the report can have, and the direction of contacts where it cannot be seen.
 * @source docs/figures.md, Blank, absent, zero
 */
export function noteAbsentColumns(header: ReportHeader, settings: Settings['figures'], notes: NoteList): void {
  const has = (column: FigureColumn) => header.positions.has(column);
  for (const { figures, sources } of needsOf(header, settings)) {
    if (sources.some((columns) => columns.every(has))) continue;
    const absent = (sources[0] ?? []).filter((column) => !has(column)).map((column) => `"${englishHeading(column)}"`);
    const verb = figures.length > 1 ? 'are' : 'is';
    notes.add('absent-column', `${figures.join(', ')} ${verb} null: add ${absent.join(' and ')} to the report.`);
  }
  if (header.kind === 'ASPR') return;
  const unseen = (['handledOutbound', 'handledCallback'] as const).filter((column) => !has(column));
  if (unseen.length === 0) return;
  const headings = unseen.map((column) => `"${englishHeading(column)}"`).join(' and ');
  notes.add('direction-unseen', `Queues that mix directions cannot be told: add ${headings} to the report.`);
}

function needsOf(header: ReportHeader, settings: Settings['figures']): readonly Need[] {
  if (header.kind === 'ASPR') {
    if (settings.readyTime === 'idle') return [];
    return [{ figures: ['readyTimeSeconds'], sources: [['idleTime', 'onContactTime']] }];
  }
  const handled = (average: FigureColumn): (readonly FigureColumn[])[] => [
    [average, 'handledIncoming'],
    [average, 'contactsHandled'],
  ];
  const contactNeeds: Need[] = [
    {
      figures: ['handleTimeSeconds'],
      sources:
        settings.handleTime === 'talkAndHold'
          ? [
              ['interactionTime', 'holdTime'],
              ['contactHandleTime', 'afterContactWorkTime'],
            ]
          : [['interactionTime', 'holdTime', 'afterContactWorkTime'], ['contactHandleTime']],
    },
    {
      figures: ['holdTimeSeconds'],
      sources: [['holdTime'], ['averageHoldTime', 'contactsPutOnHold'], ...handled('averageHoldTimeAllContacts')],
    },
    {
      figures: ['workTimeSeconds'],
      sources: [['afterContactWorkTime'], ...handled('averageAfterContactWorkTime')],
    },
  ];
  if (header.kind === 'AQR') {
    return [{ figures: ['contactsHandled'], sources: [['contactsHandled'], ['handledIncoming']] }, ...contactNeeds];
  }
  const queued: Need[] =
    settings.contactsReceived === 'contactsQueued'
      ? [{ figures: ['contactsReceived', 'serviceLevelPercent'], sources: [['contactsQueued']] }]
      : [];
  return [...queued, ...contactNeeds, { figures: ['queueDelayTimeSeconds'], sources: [['averageAnswerTime']] }];
}
