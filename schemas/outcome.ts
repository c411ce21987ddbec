// How a report file can end. The same words stand in the checkpoint, the console, the command line and its JSON.

export const reportOutcomes = [
  'DELIVERED',
  'ALREADY_DELIVERED',
  'SUPERSEDED',
  'IGNORED',
  'QUARANTINED',
  'FAILED',
] as const;

export type ReportOutcome = (typeof reportOutcomes)[number];
