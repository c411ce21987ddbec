// What travels through the state machine report-ingest: names and counts, never rows. Each field below is one `$.field`
// of the state; a step's output type is the next step's input type.
import Type from 'typebox';
import { reportKinds, type ReportKind } from './report-kind.ts';
import { spacingVerdicts, type SpacingVerdict } from './spacing-verdict.ts';

const count = Type.Integer({ minimum: 0 });
const instant = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z$' });
const text = Type.String({ pattern: '[\\s\\S]' });

export const sourceObjectSchema = Type.Object({
  bucket: text,
  key: text,
  etag: text,
  /** Of the bytes, where S3 keeps one. With SSE-KMS the same bytes have another etag after every upload. */
  checksum: Type.Optional(text),
  sizeBytes: count,
  uploadedAt: instant,
});

/** One upload of a report file: what the bucket said of the object when the execution was started. */
export type SourceObject = Type.Static<typeof sourceObjectSchema>;

export const ingestInputSchema = Type.Object({
  object: sourceObjectSchema,
  /** Instant of the upload, or of the reload that asked for it again. */
  revision: instant,
});

/** Input of an execution. Starting another execution with the same input is safe: it ends as ALREADY_DELIVERED or finishes the work. */
export type IngestInput = Type.Static<typeof ingestInputSchema>;

export const reportSchema = Type.Object({
  status: Type.Union([Type.Literal('KNOWN'), Type.Literal('IGNORED')]),
  reportId: text,
  fileName: text,
  kind: Type.Union([Type.Unsafe<ReportKind>(Type.Enum([...reportKinds])), Type.Null()]),
  /** Report name = series of files 15 minutes apart; null for a reload file. */
  series: Type.Union([text, Type.Null()]),
  runTime: Type.Union([instant, Type.Null()]),
  isReloadFile: Type.Boolean(),
});

/** `$.report`: what the file name says. */
export type ClassifiedReport = Type.Static<typeof reportSchema>;

export const claimSchema = Type.Object({
  status: Type.Union([Type.Literal('CLAIMED'), Type.Literal('ALREADY_DELIVERED'), Type.Literal('SUPERSEDED')]),
  /** Sorts as text in the order of precedence: content first uploaded | run time | revision. */
  sourceVersion: text,
  /** The same bytes again: everything is sent again, nothing is left out as unchanged. */
  isResend: Type.Boolean(),
});

/** `$.claim`: which version of the figures this execution stands for. */
export type Claim = Type.Static<typeof claimSchema>;

export const spacingSchema = Type.Object({
  verdict: Type.Unsafe<SpacingVerdict>(Type.Enum([...spacingVerdicts])),
  /** Run times between the last known one and this one that have not arrived (the first 96 of them). */
  missing: Type.Array(instant),
  missingCount: count,
});

/** `$.spacing`: how the run time stands to those seen before. */
export type Spacing = Type.Static<typeof spacingSchema>;

export const stagedBatchSchema = Type.Object({
  index: count,
  batchId: text,
  stagedKey: text,
  recordCount: count,
});

/** A batch whose final body lies in the staging bucket. */
export type StagedBatch = Type.Static<typeof stagedBatchSchema>;

export const transformedSchema = Type.Object({
  /** SUPERSEDED: a newer upload replaced the object before it was read. */
  status: Type.Union([Type.Literal('TRANSFORMED'), Type.Literal('SUPERSEDED')]),
  rowCount: count,
  recordCount: count,
  /** Records left out because the hub has them already, unchanged. */
  unchangedRecordCount: count,
  rejectedRowCount: count,
  outOfScopeRowCount: count,
  firstInterval: Type.Union([instant, Type.Null()]),
  lastInterval: Type.Union([instant, Type.Null()]),
  intervalCount: count,
  serviceLevelSeconds: Type.Union([count, Type.Null()]),
  notes: Type.Array(Type.String()),
  rejectsKey: Type.Union([text, Type.Null()]),
  manifestKey: Type.Union([text, Type.Null()]),
  batchCount: count,
  batches: Type.Array(stagedBatchSchema),
});

/** `$.rows`: what became of the rows, and where the batches lie. */
export type TransformedRows = Type.Static<typeof transformedSchema>;

export const deliverySchema = Type.Object({
  status: Type.Union([Type.Literal('DELIVERED'), Type.Literal('SUPERSEDED')]),
  batchCount: count,
  deliveredRecordCount: count,
  ignoredAsOlderCount: count,
  rejectedRecordCount: count,
});

/** `$.delivery`: what the hub acknowledged. */
export type Delivery = Type.Static<typeof deliverySchema>;

export const quarantineSchema = Type.Object({
  error: text,
  cause: text,
  copyKey: Type.Union([text, Type.Null()]),
  rejectsKey: Type.Union([text, Type.Null()]),
});

/** `$.quarantine`: why the file is set aside, and where its copy lies. */
export type Quarantine = Type.Static<typeof quarantineSchema>;

export const caughtErrorSchema = Type.Object({ Error: Type.String(), Cause: Type.Optional(Type.String()) });

const withReport = { ...ingestInputSchema.properties, report: reportSchema };
const withClaim = { ...withReport, claim: claimSchema };
const withSpacing = { ...withClaim, spacing: spacingSchema };
const withRows = { ...withSpacing, rows: transformedSchema };

export const claimCheckpointInputSchema = Type.Object(withReport);
export const validateSpacingInputSchema = Type.Object(withClaim);
export const transformRowsInputSchema = Type.Object(withSpacing);
export const completeReportInputSchema = Type.Object(withRows);
export const deliverBatchInputSchema = Type.Object({
  object: sourceObjectSchema,
  revision: instant,
  report: reportSchema,
  claim: claimSchema,
  batch: stagedBatchSchema,
});
export const quarantineReportInputSchema = Type.Object({
  ...ingestInputSchema.properties,
  report: Type.Optional(reportSchema),
  claim: Type.Optional(claimSchema),
  rows: Type.Optional(transformedSchema),
  error: caughtErrorSchema,
});

export type ClaimCheckpointInput = Type.Static<typeof claimCheckpointInputSchema>;
export type ValidateSpacingInput = Type.Static<typeof validateSpacingInputSchema>;
export type TransformRowsInput = Type.Static<typeof transformRowsInputSchema>;
export type CompleteReportInput = Type.Static<typeof completeReportInputSchema>;
export type DeliverBatchInput = Type.Static<typeof deliverBatchInputSchema>;
export type QuarantineReportInput = Type.Static<typeof quarantineReportInputSchema>;
