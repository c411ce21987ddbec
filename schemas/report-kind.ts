// The three report kinds Amazon Connect sends us, and the words the hub uses for each.

export const reportKinds = ['QR', 'AQR', 'ASPR'] as const;

/** QR: queue figures; AQR: figures of an agent in a queue; ASPR: time an agent spent signed in, idle and away. */
export type ReportKind = (typeof reportKinds)[number];

/** Last part of the hub's path for each kind: `POST …/reports/<path>`. */
export const hubReportPaths = {
  QR: 'queue',
  AQR: 'agent-queue',
  ASPR: 'agent-system',
} as const satisfies Record<ReportKind, string>;
