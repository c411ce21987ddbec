// An agent event as Amazon Connect streams it, as far as the connector reads it. Unknown fields and new words pass:
// only what would make an event unreadable is refused. Source: Amazon Connect administrator guide, agent event streams.
import Type from 'typebox';

const text = Type.String({ pattern: '\\S' });
const absentOrNull = <T extends Type.TSchema>(schema: T) => Type.Optional(Type.Union([schema, Type.Null()]));
const optionalText = absentOrNull(Type.String());

const contactSchema = Type.Object({
  ContactId: optionalText,
  Channel: text,
  InitiationMethod: optionalText,
  State: text,
  StateStartTimestamp: optionalText,
  ConnectedToAgentTimestamp: optionalText,
});

export const agentSnapshotSchema = Type.Object({
  AgentStatus: absentOrNull(
    Type.Object({
      Name: text,
      StartTimestamp: optionalText,
      /** ROUTABLE, CUSTOM or OFFLINE; absent in old events. */
      Type: optionalText,
    }),
  ),
  Configuration: absentOrNull(Type.Object({ Username: optionalText })),
  Contacts: absentOrNull(Type.Array(contactSchema)),
});

export const agentEventSchema = Type.Object({
  AgentARN: text,
  EventId: text,
  /** LOGIN, LOGOUT, STATE_CHANGE, HEART_BEAT or a word of the future. */
  EventType: text,
  EventTimestamp: Type.String({
    pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d+)?(Z|[+-]\\d{2}:?\\d{2})$',
  }),
  CurrentAgentSnapshot: absentOrNull(agentSnapshotSchema),
  /** Checked apart, and only where it is read: an agentSnapshotSchema, or null. */
  PreviousAgentSnapshot: Type.Optional(Type.Unknown()),
});

export type StreamedAgentEvent = Type.Static<typeof agentEventSchema>;
export type AgentSnapshot = Type.Static<typeof agentSnapshotSchema>;
/** Both snapshots checked, as far as they are read. */
export type AgentEvent = Omit<StreamedAgentEvent, 'PreviousAgentSnapshot'> & {
  PreviousAgentSnapshot?: AgentSnapshot | null;
};
export type AgentContact = Type.Static<typeof contactSchema>;
