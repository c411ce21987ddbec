// Agent states and the heartbeat as they travel to the hub. schemas/hub.openapi.yaml says the same for other readers.
import Type from 'typebox';

const closed = { additionalProperties: false } as const;
const orNull = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const instant = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z$' });
const name = Type.String({ pattern: '[\\s\\S]' });
const acdType = Type.Literal('AMAZON_CONNECT');
const reportVersion = Type.Literal('1');

export const agentStateRecordSchema = Type.Object(
  {
    agentValue: name,
    agentId: name,
    eventId: name,
    eventReason: Type.String(),
    activityCode: orNull(name),
    status: Type.Union([Type.Literal('Open'), Type.Literal('Closed')]),
    mapped: Type.Boolean(),
    mediaType: orNull(Type.Union([Type.Literal('voice'), Type.Literal('chat')])),
    startTime: instant,
    eventTime: instant,
    sourceEventId: name,
    sequence: Type.String({ pattern: '^[0-9]{58,}$' }),
  },
  closed,
);

/** One transition of an agent into a state. `eventTime`, then `sequence` (as text), is its place among the agent's transitions. */
export type AgentStateRecord = Type.Static<typeof agentStateRecordSchema>;

export const agentStatesSchema = Type.Object(
  {
    acdType,
    reportVersion,
    batchId: Type.String({ pattern: '^[A-Za-z0-9_-]{1,128}$' }),
    stateData: Type.Array(agentStateRecordSchema, { minItems: 1 }),
  },
  closed,
);

/** The transitions of one batch of agent events, in order of arrival. */
export type AgentStatesMessage = Type.Static<typeof agentStatesSchema>;

export const feedHeartbeatSchema = Type.Object(
  {
    acdType,
    reportVersion,
    sentAt: instant,
    lastReportInterval: orNull(instant),
    lastAgentEvent: orNull(instant),
    staleAgentCount: Type.Integer({ minimum: 0 }),
  },
  closed,
);

/** What the connector last passed on, sent at a fixed rhythm: silence of the ACD and failure of the connector differ by it. */
export type FeedHeartbeat = Type.Static<typeof feedHeartbeatSchema>;
