// Reasons to leave out all rows of a queue and/or agent in one interval: each row is fine, together they are not.
import type { Settings } from '../../../../schemas/settings.ts';
import { countOtherDirection } from './contact-direction.ts';
import type { FigureSums } from './figure-sums.ts';
import type { IntervalRows } from './hub-mapping.ts';
import { channelOf, type MediaType } from './media-type.ts';
import type { RowFault } from './rejected-row.ts';
import type { ReportHeader } from './report-header.ts';

/** Rejects under this rule show how a queue is used, not that the file is bad: they do not count towards quarantine. */
export const mixedDirectionRule = 'mixed-direction';

/**
 * Checks what only the rows together can tell: whether they are all there, of one medium and of one direction.
 * @param partialLine Line of a rejected row of the same interval.
 * @returns null when the rows can be added up
 * @source docs/figures.md, Several rows for one record, Mixed direction
 */
export function findIntervalFault(
  interval: IntervalRows,
  partialLine: number | undefined,
  mediaTypeOf: (row: IntervalRows['rows'][number]) => MediaType,
  context: { readonly header: ReportHeader; readonly sums: FigureSums; readonly figures: Settings['figures'] },
): RowFault | null {
  const { rows, queueValue } = interval;
  const { header, sums, figures } = context;
  if (partialLine !== undefined) {
    const reason = `belongs to the same interval as line ${partialLine}, which is rejected: without it the sum would be too small`;
    return { rule: 'partial-sum', reason, column: null, value: null };
  }
  if (rows.length > 1 && new Set(rows.map(channelOf).filter((channel) => channel !== null)).size > 1) {
    const reason = `expected one channel in an interval, found voice and chat in lines ${listLines(interval)}`;
    const position = header.positions.get('channel') ?? -1;
    return { rule: 'mixed-channel', reason, column: header.headings[position] ?? null, value: null };
  }
  if (header.kind === 'ASPR') return null;
  if (rows.length > 1 && new Set(rows.map(mediaTypeOf)).size > 1) {
    const reason = `the settings map voice and chat queues to the one hub queue "${queueValue}": lines ${listLines(interval)}`;
    return { rule: 'mixed-media-type', reason, column: null, value: null };
  }
  const other = figures.mixedDirection === 'reject' ? countOtherDirection(rows, sums) : null;
  if (other === null) return null;
  const { outboundCount, callbackCount } = other;
  const column = outboundCount > 0 ? 'handledOutbound' : 'handledCallback';
  return {
    rule: mixedDirectionRule,
    reason:
      `queue "${queueValue}" has ${outboundCount} outbound and ${callbackCount} callback contacts in this interval; the hub takes one direction per queue: ` +
      'give them a queue of their own, or set figures.mixedDirection to inboundOnly',
    column: header.headings[header.positions.get(column) ?? -1] ?? null,
    value: String(outboundCount > 0 ? outboundCount : callbackCount),
  };
}

function listLines({ rows }: IntervalRows): string {
  const lines = rows.map(({ lineNumber }) => lineNumber);
  return lines.length > 10 ? `${lines.slice(0, 10).join(', ')}, …` : lines.join(', ');
}
