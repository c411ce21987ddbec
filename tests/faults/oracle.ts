// What must hold whatever went wrong. Knows the uploads and what stands at the end, and nothing of how it came about.
import type { Upload } from './simulation/generated-uploads.ts';

/** A queue, agent and interval at the hub, and the figure by which versions are told apart. */
export type Figures = ReadonlyMap<string, number>;

export interface FinalReport {
  readonly key: string;
  /** Of the checkpoint; null when there is none. */
  readonly status: string | null;
  /** Of the run time's entry in the ledger; null when there is none. */
  readonly coverage: string | null;
  /** Lines of the rejects file of the version that stands, in its order; each has a reason. */
  readonly rejectedLines: readonly number[];
  /** Records the hub refused, as they lie in the staging bucket. */
  readonly hubRejects: readonly string[];
  /** Errors of the quarantine messages of this upload. */
  readonly quarantineErrors: readonly string[];
}

export interface Outcome {
  readonly uploads: readonly Upload[];
  readonly hubFigures: Figures;
  /** (record, version) at the hub, and how often it was applied. */
  readonly applications: ReadonlyMap<string, number>;
  /** What the hub saw that cannot be: a key with two bodies, a version with two figures. */
  readonly hubConflicts: readonly string[];
  /** Marks in the checkpoint that were ahead of the hub. */
  readonly prematureMarks: readonly string[];
  readonly reports: readonly FinalReport[];
  /** Executions, messages and claims that have not come to an end. */
  readonly stuck: readonly string[];
}

/** What each finding begins with. */
export const findingKinds = [
  ...(['lost', 'wrong', 'invented', 'repeated', 'forgotten', 'conflict', 'premature', 'stuck'] as const),
  ...(['status', 'ledger', 'quarantine', 'rejects', 'hub rejects'] as const),
] as const;
export type FindingKind = (typeof findingKinds)[number];
export type Finding = `${FindingKind}: ${string}`;

const toSecond = (ms: number) => new Date(Math.floor(ms / 1000) * 1000).toISOString();
const later = (instant: string, ms: number) => new Date(Date.parse(instant) + ms).toISOString();

interface Contender {
  readonly figures: ReadonlyMap<string, number>;
  readonly lowest: string;
  readonly highest: string;
}

/** The upload of each key that is in the bucket at the end. */
export function listFinalUploads(uploads: readonly Upload[]): Upload[] {
  return [...new Map(uploads.map((upload) => [upload.key, upload])).values()];
}

/**
 * Precedence of what a key holds at the end: the instant since which it has held these bytes, then its run time. The instant is
 * a range where the same bytes were uploaded more than once, since nobody can know which of these uploads were seen while they
 * were there, and where several uploads share one second of S3's clock.
 */
function toContender(final: Upload, uploads: readonly Upload[]): Contender {
  const ofKey = uploads.filter(({ key }) => key === final.key);
  const same = ofKey.filter(({ body }) => body === final.body);
  const first = toSecond(same[0]?.atMs ?? final.atMs);
  const last = later(toSecond(final.atMs), ofKey.length - 1);
  return {
    figures: new Map(final.rows.map(({ entity, handled }) => [entity, handled])),
    lowest: `${first}|${final.runTime ?? first}`,
    highest: `${last}|${final.runTime ?? last}`,
  };
}

/**
 * The one known limit (docs/guarantees.md): where a file found the interval unchanged since before a reload, and the reload's event
 * comes only then, the reload's figure may stand, or that of a file in between which comes later still. The series' next look-back
 * puts it right.
 */
function listFiguresOfLateReloads(entity: string, newest: readonly number[], uploads: readonly Upload[]): number[] {
  const having = uploads.flatMap(({ atMs, isReload, rows }) =>
    rows.filter((row) => row.entity === entity).map(({ handled }) => ({ atMs, isReload, handled })),
  );
  const reload = having.find(
    ({ isReload, atMs }) =>
      isReload &&
      newest.every((figure) => having.some((file) => !file.isReload && file.atMs < atMs && file.handled === figure)),
  );
  return reload === undefined ? [] : having.filter(({ atMs }) => atMs >= reload.atMs).map(({ handled }) => handled);
}

/** Every figure that may stand for each record, mostly one. */
export function listAllowedFigures(uploads: readonly Upload[]): Map<string, Set<number>> {
  const contenders = listFinalUploads(uploads).map((final) => toContender(final, uploads));
  const entities = new Set(contenders.flatMap(({ figures }) => [...figures.keys()]));
  return new Map(
    [...entities].map((entity) => {
      const having = contenders.filter(({ figures }) => figures.has(entity));
      const bar = having.map(({ lowest }) => lowest).reduce((a, b) => (a > b ? a : b));
      const newest = having.filter(({ highest }) => highest >= bar).map(({ figures }) => figures.get(entity) ?? NaN);
      return [entity, new Set([...newest, ...listFiguresOfLateReloads(entity, newest, uploads)])];
    }),
  );
}

/** Everything that is not as promised, one line each; empty when all is. */
export function findViolations(outcome: Outcome): Finding[] {
  const { uploads, hubFigures, applications } = outcome;
  const allowed = listAllowedFigures(uploads);
  const figures: Finding[] = [
    ...[...allowed].flatMap(([entity, values]): Finding[] => {
      const found = hubFigures.get(entity);
      if (found === undefined) return [`lost: ${entity} is not at the hub`];
      return values.has(found) ? [] : [`wrong: ${entity} is ${found}, expected ${[...values].join(' or ')}`];
    }),
    ...[...hubFigures.keys()].filter((entity) => !allowed.has(entity)).map((entity) => `invented: ${entity}` as const),
  ];
  const repeated = [...applications]
    .filter(([, count]) => count > 1)
    .map(([application, count]) => `repeated: ${application} was applied ${count} times` as const);
  const reports = listFinalUploads(uploads).flatMap((final): Finding[] => {
    const report = outcome.reports.find(({ key }) => key === final.key);
    const isForgotten = report === undefined || report.status === null;
    return isForgotten ? [`forgotten: ${final.key} has no checkpoint`] : findReportViolations(final, report);
  });
  return [
    ...figures,
    ...repeated,
    ...reports,
    ...outcome.hubConflicts.map((conflict) => `conflict: ${conflict}` as const),
    ...outcome.prematureMarks.map((mark) => `premature: ${mark}` as const),
    ...outcome.stuck.map((what) => `stuck: ${what}` as const),
  ];
}

function findReportViolations(upload: Upload, report: FinalReport): Finding[] {
  const { key, error, series } = upload;
  const isBad = error !== null;
  const expectedStatus = isBad ? 'QUARANTINED' : 'DELIVERED';
  const violations: Finding[] = [];
  const expect = (what: FindingKind, found: unknown, expected: unknown) => {
    if (JSON.stringify(found) !== JSON.stringify(expected)) {
      violations.push(`${what}: ${key} has ${JSON.stringify(found)}, expected ${JSON.stringify(expected)}`);
    }
  };
  expect('status', report.status, expectedStatus);
  if (series !== null) expect('ledger', report.coverage, expectedStatus);
  expect('quarantine', [...new Set(report.quarantineErrors)], isBad ? [error] : []);
  if (isBad) return violations;
  expect('rejects', report.rejectedLines, upload.badLines);
  expect('hub rejects', report.hubRejects.toSorted(), upload.refusedEntities.toSorted());
  return violations;
}
