// The ledger of intervals: which content of an interval stands in the hub. The rule is domain/interval-ledger.ts.
import { checkpointKeys, reloadSeries, type IntervalItem } from '../../../schemas/checkpoint-items.ts';
import type { ReportKind } from '../../../schemas/report-kind.ts';
import type { KnownInterval } from '../domain/coverage/series-evidence.ts';
import { decideInterval, type LedgerDecision, type LedgerEntry } from '../domain/delivery/interval-ledger.ts';
import { CheckpointConflictError } from '../domain/errors.ts';
import type { CheckpointTable } from './checkpoint-table.ts';
import { mapConcurrently } from './concurrency.ts';
import { readCount, readFlag, readText } from './item-fields.ts';

export interface IntervalContent {
  readonly intervalStart: string;
  readonly contentHash: string;
  readonly recordCount: number;
}

export interface IntervalSource {
  readonly kind: ReportKind;
  /** null for a reload file. */
  readonly series: string | null;
  readonly sourceVersion: string;
  readonly isResend: boolean;
}

export interface SettledInterval extends IntervalContent {
  readonly action: LedgerDecision['action'];
  /** By how many records an earlier file of the series had more: they stay in the hub, since absence never deletes. */
  readonly vanishedRecordCount: number;
}

export interface IntervalLedger {
  /** What is known of the intervals with starts in [from, to], of all series of the kind, in order. */
  list(kind: ReportKind, from: string, to: string): Promise<KnownInterval[]>;
  /** Decides every interval and writes the decisions down; the answer has the order of the request (sorted by start). */
  settle(source: IntervalSource, intervals: readonly IntervalContent[]): Promise<SettledInterval[]>;
  /** Marks what the hub has acknowledged; intervals a newer file has taken meanwhile stay as they are. */
  markDelivered(source: IntervalSource, intervals: readonly SettledInterval[]): Promise<void>;
}

const maxTries = 8;
const writesAtOnce = 8;

/**
 * @throws {CheckpointConflictError} when others keep changing the same interval
 * @throws {CheckpointUnavailableError} {AccessDeniedError} {ConfigError} by DynamoDB's answer
 */
export function createIntervalLedger(table: CheckpointTable, acdName: string, checkpointDays: number): IntervalLedger {
  const toItem = (kind: ReportKind, series: string, content: IntervalContent, entry: LedgerEntry) =>
    ({
      pk: checkpointKeys.intervals(acdName, kind),
      sk: checkpointKeys.interval(content.intervalStart, series),
      ...entry,
      recordCount: content.recordCount,
      updatedAt: new Date(table.nowMs()).toISOString(),
      expiresAtEpochSeconds: Math.floor(table.nowMs() / 1000) + checkpointDays * 86_400,
    }) satisfies IntervalItem;
  const listItems = (kind: ReportKind, from: string, to: string) =>
    table.list(checkpointKeys.intervals(acdName, kind), from, `${to}~`);

  async function settleOne(
    source: IntervalSource,
    content: IntervalContent,
    firstSeen: LedgerEntry | null,
    firstReloadVersion: string | null,
  ): Promise<LedgerDecision['action']> {
    const series = source.series ?? reloadSeries;
    let seen = firstSeen;
    let reloadVersion = firstReloadVersion;
    for (let tries = 0; tries < maxTries; tries += 1) {
      const decision = decideInterval(seen, { ...source, contentHash: content.contentHash, reloadVersion });
      if (decision.write === null) return decision.action;
      const item = toItem(source.kind, series, content, decision.write);
      if (await table.writeIf(item, seen === null ? {} : { ...seen })) return decision.action;
      const current = await table.read({ pk: item.pk, sk: item.sk });
      seen = current === null ? null : toEntry(current);
      // After the entry: a reload that came before what the entry says now is seen.
      const reload = await table.read({
        pk: item.pk,
        sk: checkpointKeys.interval(content.intervalStart, reloadSeries),
      });
      reloadVersion = reload === null ? null : toEntry(reload).sourceVersion;
    }
    throw toConflict(content.intervalStart, series);
  }

  /**
   * A reload file changes figures that the series' own files believe delivered: their next look-back sends them again. The reload's
   * own entries are there before this looks: a file that leaves an interval out meanwhile is either seen here or sees the reload.
   */
  async function forgetOtherSeries(kind: ReportKind, intervals: readonly IntervalContent[]): Promise<void> {
    const [first, last] = [intervals[0]?.intervalStart ?? '', intervals.at(-1)?.intervalStart ?? ''];
    const starts = new Set(intervals.map(({ intervalStart }) => intervalStart));
    for (let tries = 0; tries < maxTries; tries += 1) {
      const believed = (await listItems(kind, first, last)).filter((item) => {
        const { intervalStart, series, isDelivered } = toKnownInterval(item);
        return starts.has(intervalStart) && series !== reloadSeries && isDelivered;
      });
      const written = await mapConcurrently(believed, writesAtOnce, (item) => {
        const [pk, sk] = [readText(item, 'pk'), readText(item, 'sk')];
        return table.writeIf({ ...item, pk, sk, isDelivered: false, isConfirmed: false }, { ...toEntry(item) });
      });
      if (written.every(Boolean)) return;
    }
    throw toConflict(first, reloadSeries);
  }

  return {
    list: async (kind, from, to) => (await listItems(kind, from, to)).map(toKnownInterval),
    async settle(source, intervals) {
      const first = intervals[0];
      const last = intervals.at(-1);
      if (first === undefined || last === undefined) return [];
      const items = await listItems(source.kind, first.intervalStart, last.intervalStart);
      const series = source.series ?? reloadSeries;
      const seen = new Map(items.map((item) => [readText(item, 'sk'), toEntry(item)]));
      const seenCounts = new Map(items.map((item) => [readText(item, 'sk'), readCount(item, 'recordCount')]));
      const settled = await mapConcurrently(intervals, writesAtOnce, async (interval) => {
        const sk = checkpointKeys.interval(interval.intervalStart, series);
        const reload = seen.get(checkpointKeys.interval(interval.intervalStart, reloadSeries));
        const action = await settleOne(source, interval, seen.get(sk) ?? null, reload?.sourceVersion ?? null);
        const vanishedRecordCount = Math.max(0, (seenCounts.get(sk) ?? 0) - interval.recordCount);
        return { ...interval, action, vanishedRecordCount };
      });
      if (source.series === null) await forgetOtherSeries(source.kind, intervals);
      return settled;
    },
    async markDelivered(source, intervals) {
      const sent = intervals.filter((interval) => interval.action === 'send');
      await mapConcurrently(sent, writesAtOnce, async (interval) => {
        const { contentHash } = interval;
        const { sourceVersion } = source;
        const delivered: LedgerEntry = { contentHash, sourceVersion, isDelivered: true, isConfirmed: false };
        await table.writeIf(toItem(source.kind, source.series ?? reloadSeries, interval, delivered), {
          contentHash,
          sourceVersion,
          isDelivered: false,
        });
      });
    },
  };
}

function toConflict(intervalStart: string, series: string): CheckpointConflictError {
  return new CheckpointConflictError(
    `The ledger entry of interval ${intervalStart} (${series}) changed ${maxTries} times while it was written`,
    { context: { intervalStart, series } },
  );
}

function toKnownInterval(item: Record<string, unknown>): KnownInterval {
  const [intervalStart = '', series = ''] = readText(item, 'sk').split(/#(.*)/s);
  return {
    ...{ intervalStart, series },
    sourceVersion: readText(item, 'sourceVersion'),
    isDelivered: readFlag(item, 'isDelivered'),
  };
}

function toEntry(item: Record<string, unknown>): LedgerEntry {
  return {
    contentHash: readText(item, 'contentHash'),
    sourceVersion: readText(item, 'sourceVersion'),
    isDelivered: readFlag(item, 'isDelivered'),
    isConfirmed: readFlag(item, 'isConfirmed'),
  };
}
