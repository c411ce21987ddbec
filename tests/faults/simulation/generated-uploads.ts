// What is uploaded in a simulation: files of two series with look-back, corrected and repeated uploads, reloads, bad files.
import type { Random } from './random.ts';
import { refusedQueue } from './simulated-hub.ts';

export interface ValidRow {
  /** `intervalStart|queue|`, as the hub tells records apart. */
  readonly entity: string;
  readonly handled: number;
}

export interface Upload {
  readonly key: string;
  readonly atMs: number;
  readonly body: string;
  readonly runTime: string | null;
  readonly series: string | null;
  readonly isReload: boolean;
  /** Valid rows, without those of a queue the hub refuses. */
  readonly rows: readonly ValidRow[];
  readonly refusedEntities: readonly string[];
  /** Lines of the file that have to be in the rejects, once. */
  readonly badLines: readonly number[];
  /** The file can never pass: its permanent error. */
  readonly error: string | null;
}

export const prefix = 'connect/simulated/Reports/';
export const startMs = Date.parse('2026-11-22T10:00:00.000Z');
const quarterMs = 900_000;
const toInstant = (ms: number) => new Date(ms).toISOString();
const headings =
  'Queue,StartInterval,EndInterval,Contacts queued,Contacts handled,Contacts abandoned,' +
  'Contacts abandoned in 20 seconds,Contacts answered in 20 seconds,Average queue answer time';

type Figures = Map<string, number>;

interface FileShape {
  readonly queues: readonly string[];
  readonly intervalStartsMs: readonly number[];
}

function writeRows({ queues, intervalStartsMs }: FileShape, figures: Figures, random: Random) {
  const lines = [headings];
  const rows: ValidRow[] = [];
  const refusedEntities: string[] = [];
  const badLines: number[] = [];
  for (const startMs of intervalStartsMs) {
    const start = toInstant(startMs);
    const end = toInstant(startMs + quarterMs);
    for (const queue of queues) {
      const entity = `${start}|${queue}|`;
      const known = figures.get(entity);
      const handled = known !== undefined && random.chance(0.6) ? known : 1 + random.below(90);
      figures.set(entity, handled);
      lines.push([queue, start, end, handled + 2, handled, 2, 1, Math.min(handled, 6), 12.5].join(','));
      if (queue === refusedQueue) refusedEntities.push(entity);
      else rows.push({ entity, handled });
      // Never as the last line: a short one there would be a file cut in transit.
      const isLast = startMs === intervalStartsMs.at(-1) && queue === queues.at(-1);
      if (!isLast && random.chance(0.08)) {
        const bad = random.pick([
          `${queue},${start},${end},9,9,0,0,9,1`,
          `damaged ${lines.length},${start},${end},#REF!,9,0,0,9,1`,
          `damaged ${lines.length},${toInstant(startMs + 1000)},${end},9,9,0,0,9,1`,
          `damaged ${lines.length},${start}`,
        ]);
        lines.push(bad);
        badLines.push(lines.length);
      }
    }
  }
  return { body: [...lines, ''].join('\n'), rows, refusedEntities, badLines };
}

const badFiles: readonly (readonly [error: string, body: string])[] = [
  ['ReportHeaderError', 'Agent,Online time\nanna,900\n'],
  ['ReportFormatError', ''],
  ['ReportFormatError', `${headings}\n"Support,2026-11-22`],
];

/** In the order of time. A later upload of a key has every row of the one before it, and no bad file follows a good one. */
export function generateUploads(random: Random): Upload[] {
  const uploads: Upload[] = [];
  const seriesCount = 1 + random.below(2);
  const isBulk = random.chance(0.4);
  const lookBack = 1 + random.below(3);
  let lastAtMs = startMs + 40 * quarterMs;
  for (let seriesIndex = 0; seriesIndex < seriesCount; seriesIndex += 1) {
    const series = `QR-${seriesIndex}`;
    const queues = [
      ...Array.from({ length: 1 + random.below(3) }, (_, index) => `queue ${seriesIndex}.${index}`),
      ...(random.chance(0.15) ? [refusedQueue] : []),
    ];
    const figures: Figures = new Map();
    const fileCount = 1 + random.below(4);
    for (let file = 0; file < fileCount; file += 1) {
      const runTimeMs = startMs + (lookBack + file) * quarterMs;
      const runTime = toInstant(runTimeMs);
      const key = `${prefix}${series}-${runTime.replace('.000Z', 'Z')}.csv`;
      const shape = {
        queues,
        intervalStartsMs: Array.from({ length: lookBack }, (_, back) => runTimeMs - (back + 1) * quarterMs).reverse(),
      };
      const common = { key, runTime, series, isReload: false };
      const usualMs = isBulk
        ? startMs + 40 * quarterMs + random.below(120_000)
        : runTimeMs + quarterMs + random.below(20_000);
      let atMs = usualMs;
      const repeats = random.chance(0.35) ? 1 + random.below(2) : 0;
      let [error, badBody] = random.chance(0.08) ? (badFiles[random.below(badFiles.length)] ?? [null, '']) : [null, ''];
      for (let repeat = 0; repeat <= repeats; repeat += 1) {
        // Bytes that are replaced and put back within one second of S3's clock are a known limit, see docs/guarantees.md.
        const earlier = uploads.filter(
          (upload) => upload.key === key && upload.error === null && atMs - upload.atMs > 1_000,
        );
        const again = earlier[random.below(earlier.length)];
        if (error !== null) {
          uploads.push({ ...common, atMs, body: badBody, rows: [], refusedEntities: [], badLines: [], error });
        } else if (again !== undefined && random.chance(0.4)) {
          uploads.push({ ...again, atMs });
        } else uploads.push({ ...common, atMs, ...writeRows(shape, figures, random), error: null });
        lastAtMs = Math.max(lastAtMs, atMs);
        atMs += random.pick([0, 300, 1_500, 40_000, 1_000_000]);
        error = null;
        badBody = '';
      }
    }
    if (random.chance(0.5)) {
      // Shortly before or after a file that has the same interval; a second of its own, since two reload files of one have no order.
      const nearMs = random.pick([uploads[0]?.atMs ?? startMs, lastAtMs]) + random.pick([-300_000, 60_000, 400_000]);
      const earliestMs = startMs + 3 * quarterMs;
      const atMs = Math.ceil(Math.max(nearMs, earliestMs) / 2000) * 2000 + 1000 * seriesIndex;
      const shape = { queues: queues.slice(0, 1), intervalStartsMs: [startMs + random.below(2) * quarterMs] };
      const key = `${prefix}QR-reload-${seriesIndex}.csv`;
      const content = writeRows(shape, new Map(), random);
      uploads.push({ ...{ key, atMs, runTime: null, series: null, isReload: true }, ...content, error: null });
    }
  }
  return uploads.sort((a, b) => a.atMs - b.atMs);
}
