// The rule for a batch the hub does not take as it is: which part is sent again under which id, and which records count as rejected.
import type { HubReport, RejectedRecord } from '../../../../schemas/hub-messages.ts';
import { HubAnswerError } from '../errors.ts';
import { areRecordPositions, type HubPostResult } from './hub-answer.ts';

/** What became of each record of a batch: acceptedCount + ignoredAsOlderCount + rejected = records. */
export interface BatchDelivery {
  readonly acceptedCount: number;
  readonly ignoredAsOlderCount: number;
  /** By index in the original batch, ascending, each once. */
  readonly rejected: readonly RejectedRecord[];
}

export type PostBatch = (batchId: string, body: Uint8Array, recordCount: number) => Promise<HubPostResult>;
export type EncodeReport = (report: HubReport) => { readonly batchId: string; readonly body: Uint8Array };

/** Positions in the original batch, ascending. */
type Part = readonly number[];

const refusedInARowLimit = 8;
const tooLargeReason = 'This record alone is too large for the hub (HTTP 413).';

/**
 * Delivers a batch: the original first, byte for byte as it was staged, then what the hub's answers make necessary.
 * Named records become rejects and the rest goes as a derived batch; an unnamed refusal is narrowed down by halving, earlier records first;
 * a batch that is too large is halved. The sequence depends on nothing but the report and the answers, so a repeat sends the same ids.
 *
 * When the first 8 records tried alone are all refused and nothing was taken, the fault is probably the envelope's: one record of every part
 * still waiting is tried, and if these are refused as well, so is everything that is left. This keeps a hopeless batch from costing 2n requests.
 * @throws HubAnswerError counts that do not cover the records sent; every error of `post` passes through
 */
export async function deliverBatch(
  report: HubReport,
  stagedBody: Uint8Array,
  post: PostBatch,
  encode: EncodeReport,
): Promise<BatchDelivery> {
  const everything: Part = [...report.reportData.keys()];
  const rejectedReasons = new Map<number, string>();
  let waiting: Part[] = [everything]; // the next one last
  let acceptedCount = 0;
  let ignoredAsOlderCount = 0;
  let refusedAlone: { count: number; limit: number; hasProbed: boolean } = {
    count: 0,
    limit: refusedInARowLimit,
    hasProbed: false,
  };

  const narrowDown = (part: Part, reason: string): void => {
    if (part.length > 1) {
      const middle = Math.ceil(part.length / 2);
      waiting.push(part.slice(middle), part.slice(0, middle));
      return;
    }
    for (const position of part) rejectedReasons.set(position, reason);
    refusedAlone = { ...refusedAlone, count: refusedAlone.count + 1 };
    if (acceptedCount + ignoredAsOlderCount > 0 || refusedAlone.count < refusedAlone.limit) return;
    if (refusedAlone.hasProbed) {
      for (const position of waiting.flat()) rejectedReasons.set(position, reason);
      waiting = [];
    } else {
      const probes = waiting.map((rest) => rest.slice(-1));
      waiting = [...waiting.map((rest) => rest.slice(0, -1)).filter((rest) => rest.length > 0), ...probes];
      refusedAlone = { count: 0, limit: probes.length, hasProbed: true };
    }
  };

  for (let part = waiting.pop(); part !== undefined; part = waiting.pop()) {
    const { batchId, body } =
      part === everything ? { batchId: report.batchId, body: stagedBody } : encode(toDerivedReport(report, part));
    const result = await post(batchId, body, part.length);
    switch (result.status) {
      case 'accepted':
        checkCounts(result, batchId, part.length);
        acceptedCount += result.accepted;
        ignoredAsOlderCount += result.ignoredAsOlder;
        for (const [position, reason] of toNamed(part, result.rejected)) rejectedReasons.set(position, reason);
        break;
      case 'already-applied':
        acceptedCount += part.length;
        break;
      case 'too-large':
        narrowDown(part, tooLargeReason);
        break;
      case 'refused': {
        const named = areRecordPositions(result.rejected, part.length)
          ? toNamed(part, result.rejected)
          : new Map<number, string>();
        if (named.size === 0 || part.length === 1) {
          narrowDown(part, result.rejected[0]?.reason ?? result.reason);
          break;
        }
        for (const [position, reason] of named) rejectedReasons.set(position, reason);
        const rest = part.filter((position) => !named.has(position));
        if (rest.length > 0) waiting.push(rest);
        break;
      }
    }
  }
  const rejected = [...rejectedReasons].map(([index, reason]) => ({ index, reason })).sort((a, b) => a.index - b.index);
  return { acceptedCount, ignoredAsOlderCount, rejected };
}

function toNamed(part: Part, rejected: readonly RejectedRecord[]): Map<number, string> {
  const named = new Map<number, string>();
  for (const { index, reason } of rejected) {
    const position = part[index];
    if (position !== undefined) named.set(position, reason);
  }
  return named;
}

function toDerivedReport(report: HubReport, part: Part): HubReport {
  const positions = new Set(part);
  return Object.assign({}, report, { reportData: report.reportData.filter((_, index) => positions.has(index)) });
}

function checkCounts(
  { accepted, ignoredAsOlder, rejected }: HubPostResult & { status: 'accepted' },
  batchId: string,
  recordCount: number,
): void {
  const isComplete = accepted + ignoredAsOlder + rejected.length === recordCount;
  if (isComplete && areRecordPositions(rejected, recordCount)) return;
  throw new HubAnswerError(
    `The hub's answer to batch ${batchId} does not account for its ${recordCount} records: ${accepted} accepted, ${ignoredAsOlder} ignored as older, ${rejected.length} rejected.`,
    { context: { batchId, recordCount } },
  );
}
