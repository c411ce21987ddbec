// Settings of the real-time pipeline: what of an agent's events is shown, and as what.
import Type from 'typebox';
import { closed, oneOf, text, wholeNumber } from './setting-forms.ts';

const stateRowSchema = Type.Object(
  {
    eventId: text(
      'Name of an agent status, `LOGIN`, `LOGOUT` or `<Channel>-<InitiationMethod>-<State>`; upper and lower case are one.',
    ),
    activityCode: text('Activity code of CXone WFM.'),
    status: Type.Unsafe<'Open' | 'Closed'>(
      Type.Enum(['Open', 'Closed'], { type: 'string', description: 'Whether the agent counts as open for contacts.' }),
    ),
    eventReason: Type.Optional(Type.String({ description: 'Event reason; empty when absent.' })),
  },
  closed,
);

const unmappedSchema = Type.Object(
  {
    custom: oneOf(['Closed', 'Open'], 'Closed', 'Status of an unlisted agent status of type CUSTOM.'),
    routable: oneOf(
      ['Open', 'Closed'],
      'Open',
      'Status of an unlisted agent status of type ROUTABLE or without a type.',
    ),
    contact: oneOf(['Open', 'Closed'], 'Open', 'Status of an unlisted combination of an in-scope contact.'),
  },
  { ...closed, default: {} },
);

export const agentStatesSchema = Type.Object(
  {
    table: Type.Array(stateRowSchema, {
      default: [],
      description:
        'Agent states beside the 25 of the default table (schemas/agent-state-table.ts); a row with the same event ID replaces the default.',
    }),
    channels: Type.Array(text('A channel, as Amazon Connect spells it.'), {
      default: ['VOICE', 'CHAT'],
      description: 'Channels whose contacts are shown. For others the status of the agent is shown instead.',
    }),
    outOfScopeMethods: Type.Array(text('An initiation method, as Amazon Connect spells it.'), {
      default: ['OUTBOUND', 'EXTERNAL_OUTBOUND', 'CAMPAIGN_PREVIEW', 'AGENT_REPLY', 'MONITOR'],
      description: 'Contacts begun in one of these ways are counted and not shown.',
    }),
    priority: Type.Array(
      Type.Unsafe<'connected' | 'connecting' | 'ended' | 'closedStatus' | 'missed'>(
        Type.Enum(['connected', 'connecting', 'ended', 'closedStatus', 'missed'], { type: 'string' }),
      ),
      {
        default: ['connected', 'connecting', 'ended', 'closedStatus', 'missed'],
        uniqueItems: true,
        description:
          'What is shown first when several things hold at once: `connected` (also on hold, paused), `connecting` (incoming, pending), `ended` (after-contact work), `closedStatus` (agent status CUSTOM or OFFLINE), `missed` (rejected, error). The agent status comes last; a word left out is never shown before it.',
      },
    ),
    preferredChannel: text('Of two contacts of the same rank, the one of this channel is shown.', 'VOICE'),
    unmapped: unmappedSchema,
    minimumSeconds: wholeNumber(
      0,
      60,
      0,
      'A state that lasted less than this is not sent, as far as its end came in the same batch. 3 is what the RTA screen shows; 0 sends all.',
    ),
    maxEventBytes: wholeNumber(
      4096,
      1_048_576,
      131_072,
      'A longer agent event goes to the agent event DLQ as a pointer to its copy in the staging bucket.',
    ),
    maxAheadSeconds: wholeNumber(
      60,
      31_536_000,
      86_400,
      'An event dated further ahead of its arrival is refused: it would hide every later event of its agent.',
    ),
    staleAfterSeconds: wholeNumber(
      150,
      86_400,
      600,
      'An agent that should send a heartbeat every 120 s and was silent for this long counts as stale.',
    ),
    sendOfflineWhenStale: Type.Boolean({
      default: false,
      description:
        'Sends Offline for a stale agent while events of other agents still arrive; its next event heals it.',
    }),
    timelineDays: wholeNumber(
      0,
      35,
      7,
      'For so many days the states sent for each agent are kept, for the timelines of `npx acdhub coverage`. 0 keeps none, where a works agreement asks for that; the states themselves are sent all the same.',
    ),
  },
  { ...closed, default: {} },
);
