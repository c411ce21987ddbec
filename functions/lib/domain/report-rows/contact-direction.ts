// Outbound and callback contacts in a queue: the hub takes one direction per queue, so they are told apart or refused.
import { addPresent, type FigureSums } from './figure-sums.ts';
import type { ReportRow } from './report-row.ts';

export interface OtherDirection {
  readonly outboundCount: number;
  readonly callbackCount: number;
}

/**
 * Counts the contacts the hub does not take in an inbound queue.
 * @returns null when there are none
 * @source docs/figures.md, Mixed direction
 */
export function countOtherDirection(rows: readonly ReportRow[], sums: FigureSums): OtherDirection | null {
  const outboundCount = sums.sum(rows, 'handledOutbound') ?? 0;
  const callbackCount = sums.sum(rows, 'handledCallback') ?? 0;
  return outboundCount > 0 || callbackCount > 0 ? { outboundCount, callbackCount } : null;
}

/** Seconds of outbound contacts within the totals of the rows; null where they cannot be told apart. */
export interface OutboundSeconds {
  readonly talk: number | null;
  readonly work: number | null;
}

/** The outbound part of the rows' times: outbound count × its average. Callbacks have no average of their own. */
export function sumOutboundSeconds(
  rows: readonly ReportRow[],
  other: OtherDirection | null,
  sums: FigureSums,
): OutboundSeconds {
  if (other === null) return { talk: 0, work: 0 };
  if (other.callbackCount > 0) return { talk: null, work: null };
  const outboundIn = (row: ReportRow) => sums.of(row, 'handledOutbound');
  return {
    talk: sums.weighted(rows, outboundIn, 'averageOutboundInteractionTime'),
    work: sums.weighted(rows, outboundIn, 'averageOutboundAfterContactWorkTime'),
  };
}

/** All contacts of a row, whatever their direction. */
export function countAllHandled(row: ReportRow, sums: FigureSums): number | null {
  return (
    sums.of(row, 'contactsHandled') ??
    addPresent(
      sums.of(row, 'handledIncoming'),
      addPresent(sums.of(row, 'handledOutbound'), sums.of(row, 'handledCallback')),
    )
  );
}
