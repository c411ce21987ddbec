// The envelopes that travel to and from the hub. schemas/hub.openapi.yaml says the same for other readers; a test compares the two.
import Type from 'typebox';
import { agentQueueRecordSchema, agentSystemRecordSchema, queueRecordSchema } from './hub-records.ts';

const instant = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z$' });
const count = Type.Integer({ minimum: 0 });

const reportOf = <T extends Type.TSchema>(record: T) =>
  Type.Object(
    {
      acdType: Type.Literal('AMAZON_CONNECT'),
      reportVersion: Type.Literal('1'),
      batchId: Type.String({ pattern: '^[A-Za-z0-9_-]{1,128}$' }),
      sourceVersion: Type.String({ pattern: '\\S' }),
      startDate: instant,
      endDate: instant,
      intervalSeconds: Type.Literal(900),
      reportData: Type.Array(record, { minItems: 1 }),
    },
    { additionalProperties: false },
  );

export const queueReportSchema = reportOf(queueRecordSchema);
export const agentQueueReportSchema = reportOf(agentQueueRecordSchema);
export const agentSystemReportSchema = reportOf(agentSystemRecordSchema);

/** One batch as it is posted: the records of one report kind, with the version they come from. */
export type HubReport =
  | Type.Static<typeof queueReportSchema>
  | Type.Static<typeof agentQueueReportSchema>
  | Type.Static<typeof agentSystemReportSchema>;

export const rejectedRecordSchema = Type.Object({
  /** Position in reportData, from 0. */
  index: count,
  reason: Type.String(),
});

/** A record the hub refuses, by its position in `reportData`. */
export type RejectedRecord = Type.Static<typeof rejectedRecordSchema>;

export const acknowledgementSchema = Type.Object({
  accepted: count,
  ignoredAsOlder: Type.Optional(count),
  rejected: Type.Optional(Type.Array(rejectedRecordSchema)),
});

/** The hub's 202. accepted + ignoredAsOlder + rejected must equal the records sent. */
export type HubAcknowledgement = Type.Static<typeof acknowledgementSchema>;

export const tokenAnswerSchema = Type.Object({
  access_token: Type.String({ pattern: '\\S' }),
  token_type: Type.Optional(Type.String()),
  expires_in: Type.Optional(Type.Number({ minimum: 0 })),
  refresh_token: Type.Optional(Type.String()),
});

export type TokenAnswer = Type.Static<typeof tokenAnswerSchema>;
