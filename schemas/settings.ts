// Every setting of the connector with its default and meaning. docs/configuration.md is written from this file.
import Type from 'typebox';

const closed = { additionalProperties: false } as const;
const text = (description: string, preset?: string) =>
  Type.String({ pattern: '\\S', description, ...(preset === undefined ? {} : { default: preset }) });
const oneOf = <const T extends string>(words: readonly T[], preset: NoInfer<T>, description: string) =>
  Type.Unsafe<T>(Type.Enum([...words], { type: 'string', default: preset, description }));
const wholeNumber = (minimum: number, maximum: number, preset: number, description: string) =>
  Type.Integer({ minimum, maximum, default: preset, description });

const acdSchema = Type.Object(
  {
    name: Type.String({
      pattern: '^[A-Za-z0-9._-]{1,64}$',
      description: 'Name of the ACD in CXone WFM, without spaces. Part of every checkpoint: changing it starts afresh.',
    }),
  },
  closed,
);

const hubSchema = Type.Object(
  {
    url: Type.String({
      pattern: '^https?://[^\\s?#]+$',
      description: 'Base address of the Engagement Hub. https only; http is accepted on 127.0.0.1 for the local stack.',
    }),
    timeoutSeconds: wholeNumber(1, 60, 20, 'Longest wait for one answer of the hub, from connecting to its last byte.'),
    maxWaitSeconds: wholeNumber(
      0,
      30,
      5,
      'A Retry-After up to this long is waited for inside the call; a longer one is left to the retry of the state machine.',
    ),
    maxAnswerBytes: wholeNumber(1024, 16_777_216, 1_048_576, 'An answer of the hub longer than this is not read on.'),
  },
  closed,
);

const reportsSchema = Type.Object(
  {
    unknownReports: oneOf(
      ['quarantine', 'ignore'],
      'quarantine',
      'What to do with a file whose name is not one of QR, AQR, ASPR: `ignore` suits a bucket where other reports share the prefix.',
    ),
    reloadWindowDays: wholeNumber(
      1,
      35,
      30,
      'Run times and rows older than this, counted back from the upload, are refused.',
    ),
    quarantinePercent: wholeNumber(
      0,
      100,
      50,
      'Above this share of rejected rows the whole file is quarantined and nothing of it is delivered.',
    ),
    quarantineMinimumRows: wholeNumber(
      1,
      1_000_000,
      20,
      'The share counts only from this many rejected rows on, so that one bad row does not stop a small file.',
    ),
    maxRows: wholeNumber(1, 1_000_000, 100_000, 'A report with more rows is refused before it can exhaust the memory.'),
    maxBytes: wholeNumber(
      1024,
      1_073_741_824,
      134_217_728,
      'A report that unpacks to more bytes is refused (a damaged or hostile gzip file).',
    ),
    lookBackMinutes: wholeNumber(
      15,
      10_080,
      15,
      'How far back each scheduled report reaches ("for the previous"): the intervals a file covers even when it has no rows.',
    ),
    headingAliases: Type.Record(Type.String(), Type.Array(text('A heading as it stands in the report.')), {
      default: {},
      description:
        'More spellings of a heading, for localised reports: `{"Contacts handled": ["Bearbeitete Kontakte"]}`. The key is the English heading.',
    }),
  },
  { ...closed, default: {} },
);

const figuresSchema = Type.Object(
  {
    missingFigures: oneOf(
      ['null', 'zero'],
      'null',
      'What is sent for figures no Amazon Connect report can supply (backlog, right and wrong party).',
    ),
    contactsReceived: oneOf(
      ['contactsQueued', 'handledPlusAbandoned'],
      'contactsQueued',
      'Where contactsReceived comes from: the column Contacts queued, or handled + abandoned.',
    ),
    serviceLevel: oneOf(
      ['handledShortOfReceived', 'handledShortOfReceivedLessAbandonedShort', 'handledAndAbandonedShortOfReceived'],
      'handledShortOfReceived',
      'How serviceLevelPercent is composed: handledShort ÷ received; handledShort ÷ (received − abandonedShort); (handledShort + abandonedShort) ÷ received.',
    ),
    handleTime: oneOf(
      ['talkAndHold', 'talkHoldAndWork'],
      'talkAndHold',
      'Composition of handleTimeSeconds: without after-contact work (it is sent beside it), or with it.',
    ),
    mixedDirection: oneOf(
      ['reject', 'inboundOnly'],
      'reject',
      'Rows of a queue with outbound or callback contacts: reject them, or subtract the outbound part.',
    ),
    readyTime: oneOf(
      ['idle', 'idleAndOnContact'],
      'idle',
      'Composition of readyTimeSeconds: Agent idle time, or with Agent on contact time added.',
    ),
    activityToleranceSeconds: wholeNumber(
      0,
      60,
      2,
      'Clock-split times of an agent (online, idle, nonproductive) may exceed the 900 s of an interval by this much.',
    ),
    maxCount: wholeNumber(1, 1_000_000_000, 1_000_000, 'A count above this in one cell is taken for a mistake.'),
    maxSeconds: wholeNumber(
      1,
      1_000_000_000_000,
      100_000_000,
      'A time in seconds above this in one cell is taken for a mistake.',
    ),
    voiceClassification: oneOf(
      ['immediate', 'deferrable'],
      'immediate',
      'mediaClassification of voice queues at the hub.',
    ),
    chatClassification: oneOf(
      ['immediate', 'deferrable'],
      'deferrable',
      'mediaClassification of chat queues at the hub.',
    ),
  },
  { ...closed, default: {} },
);

const queueSchema = Type.Object(
  {
    name: text('Name of the queue in Amazon Connect, as it stands in the report.'),
    mediaType: Type.Optional(
      Type.Enum(['voice', 'chat'], { type: 'string', description: 'Media type. Without it the report decides.' }),
    ),
    hubQueue: Type.Optional(text('Name of the queue at the hub, where it differs.')),
  },
  closed,
);

const agentSchema = Type.Object(
  {
    login: text('Login of the agent in Amazon Connect (user name).'),
    agentId: text('ID of the agent at the hub, where it differs from the login.'),
  },
  closed,
);

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

const agentStatesSchema = Type.Object(
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
  },
  { ...closed, default: {} },
);

const batchesSchema = Type.Object(
  {
    maxRecords: wholeNumber(1, 5000, 500, 'Most records in one batch to the hub.'),
    maxBytes: wholeNumber(4096, 4_194_304, 524_288, 'Most bytes of one batch before compression.'),
  },
  { ...closed, default: {} },
);

const keepSchema = Type.Object(
  {
    checkpointDays: wholeNumber(
      45,
      400,
      60,
      'How long checkpoints, staged batches and the ledger are kept. At least redrive (14 days) + reload (30 days).',
    ),
  },
  { ...closed, default: {} },
);

export const settingsSchema = Type.Object(
  {
    acd: acdSchema,
    hub: hubSchema,
    reports: reportsSchema,
    figures: figuresSchema,
    queues: Type.Array(queueSchema, { default: [], description: 'Queues that need more than their name.' }),
    agents: Type.Array(agentSchema, { default: [], description: 'Agents whose ID at the hub is not their login.' }),
    agentStates: agentStatesSchema,
    batches: batchesSchema,
    keep: keepSchema,
  },
  closed,
);

/** The connector's settings with every default filled in. */
export type Settings = Type.Static<typeof settingsSchema>;
export type ReportSettings = Settings['reports'];
export type AgentStateSettings = Settings['agentStates'];
