// What a function may cost at a cold start, as ratios to an S3 client bundled and imported alone on the same machine.
export interface BundleBudget {
  readonly functionKey: string;
  readonly role: string;
  /** Compressed bytes a cold start loads. */
  readonly gzipRatio: number;
  /** Time to import it in a fresh process. */
  readonly importRatio: number;
}

/** The function at each of the three speeds that matter: listening, the heaviest step, and real time. */
export const bundleBudgets: readonly BundleBudget[] = [
  { functionKey: 'start-ingest', role: 'listener', gzipRatio: 0.9, importRatio: 1.1 },
  { functionKey: 'transform-rows', role: 'processor', gzipRatio: 1.35, importRatio: 1.35 },
  { functionKey: 'agent-events', role: 'real time', gzipRatio: 0.95, importRatio: 1.2 },
];
