// What one row of each report kind looks like at the hub. Source of the fields: the hub contract, schemas/hub.openapi.yaml.
import Type from 'typebox';

const closed = { additionalProperties: false } as const;
const count = Type.Integer({ minimum: 0 });
const seconds = Type.Number({ minimum: 0 });
const orNull = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const instant = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z$' });
const name = Type.String({ pattern: '[\\s\\S]' });

const dialerFields = {
  rightPartyContacts: orNull(count),
  rightPartyTalkTimeSeconds: orNull(seconds),
  rightPartyWorkTimeSeconds: orNull(seconds),
  wrongPartyContacts: orNull(count),
  wrongPartyTalkTimeSeconds: orNull(seconds),
  wrongPartyWorkTimeSeconds: orNull(seconds),
  active: orNull(Type.Boolean()),
};

export const queueRecordSchema = Type.Object(
  {
    queueValue: name,
    mediaType: Type.Union([Type.Literal('voice'), Type.Literal('chat')]),
    mediaClassification: Type.Union([Type.Literal('immediate'), Type.Literal('deferrable')]),
    intervalStart: instant,
    serviceLevelSeconds: Type.Integer({ minimum: 1 }),
    contactsReceived: orNull(count),
    handledShort: orNull(count),
    handledLong: orNull(count),
    abandonedShort: orNull(count),
    abandonedLong: orNull(count),
    handleTimeSeconds: orNull(seconds),
    holdTimeSeconds: orNull(seconds),
    workTimeSeconds: orNull(seconds),
    queueDelayTimeSeconds: orNull(seconds),
    serviceLevelPercent: orNull(Type.Number({ minimum: 0, maximum: 100 })),
    backlog: orNull(count),
    backlogExpired: orNull(count),
    backlogUnexpired: orNull(count),
    ...dialerFields,
  },
  closed,
);

/** A queue's figures in one interval (from a QR row). */
export type QueueRecord = Type.Static<typeof queueRecordSchema>;

export const agentQueueRecordSchema = Type.Object(
  {
    agentValue: name,
    agentId: name,
    queueValue: name,
    intervalStart: instant,
    contactsHandled: orNull(count),
    handleTimeSeconds: orNull(seconds),
    holdTimeSeconds: orNull(seconds),
    workTimeSeconds: orNull(seconds),
    ...dialerFields,
  },
  closed,
);

/** An agent's figures in one queue and interval (from an AQR row). */
export type AgentQueueRecord = Type.Static<typeof agentQueueRecordSchema>;

export const agentSystemRecordSchema = Type.Object(
  {
    agentValue: name,
    agentId: name,
    intervalStart: instant,
    readyTimeSeconds: orNull(seconds),
    notReadyTimeSeconds: orNull(seconds),
    loginTimeSeconds: orNull(seconds),
  },
  closed,
);

/** An agent's signed-in time in one interval (from an ASPR row). */
export type AgentSystemRecord = Type.Static<typeof agentSystemRecordSchema>;

export type HubRecord = QueueRecord | AgentQueueRecord | AgentSystemRecord;
