// Every setting of the connector with its default and meaning; docs/configuration.md is written from it.
import Type from 'typebox';
import { agentStatesSchema } from './agent-state-settings.ts';
import { reportKinds, type ReportKind } from './report-kind.ts';
import { closed, oneOf, text, wholeNumber } from './setting-forms.ts';

export const acdVersionSchema = Type.String({
  pattern: '^(1[7-9]|[2-9][0-9]|[1-9][0-9]{2,})\\.(0|[1-9][0-9]*)\\.(0|[1-9][0-9]*)$',
  description: 'Version of the ACD in CXone WFM, 17.0.0 or later. Only a customer file must name it.',
  patternErrorMessage: "version 17.0.0 or later, as three numbers in quotes, like '17.0.0'",
});

const acdSchema = Type.Object(
  {
    name: Type.String({
      pattern: '^[A-Za-z0-9._-]{1,64}$',
      description: 'Name of the ACD in CXone WFM, without spaces. Part of every checkpoint: changing it starts afresh.',
      patternErrorMessage:
        'a name of letters, digits, dots, dashes and underscores, without spaces, as it stands in CXone WFM',
    }),
    version: Type.Optional(acdVersionSchema),
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

const instantText = (description: string) =>
  Type.Optional(
    Type.String({
      pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{3})?Z$',
      patternErrorMessage: 'an instant in UTC, in quotes, like "2026-11-22T12:00:00Z"',
      description,
    }),
  );

const reportSeriesSchema = Type.Object(
  {
    kind: Type.Unsafe<ReportKind>(Type.Enum([...reportKinds], { type: 'string', description: 'Report kind.' })),
    series: text(
      'Name of the report in Amazon Connect, beginning with its kind in capitals: the file name without its run time.',
    ),
    lookBackMinutes: Type.Optional(
      Type.Integer({
        minimum: 15,
        maximum: 10_080,
        description: 'How far back this report reaches, where that is not `reports.lookBackMinutes`.',
      }),
    ),
    startedAt: instantText(
      'Since when the report is scheduled: from this instant on intervals are missed even if no file of it ever comes, and before it none is. Later than the first file: for holes that nobody can or will fill any more.',
    ),
    endedAt: instantText(
      'Intervals from this instant on are not missed: for a report that is no longer scheduled in Amazon Connect.',
    ),
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
      134_217_728,
      33_554_432,
      'A report of more bytes, packed or unpacked, is refused (a damaged or hostile file). The largest one Amazon Connect writes has some 5 MB.',
    ),
    lookBackMinutes: wholeNumber(
      15,
      10_080,
      15,
      'How far back each scheduled report reaches ("for the previous"): the intervals a file covers even when it has no rows.',
    ),
    series: Type.Array(reportSeriesSchema, {
      default: [],
      description: 'Reports that need more than their name: another look-back, a beginning, an end.',
    }),
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

const watchSchema = Type.Object(
  {
    toleranceMinutes: wholeNumber(
      5,
      240,
      15,
      'An interval is missing when no file covers it this long after its report was due. A report is due 15 minutes after its run time.',
    ),
    windowDays: wholeNumber(
      1,
      35,
      30,
      'How far back missing intervals are counted; never further than `reports.reloadWindowDays`.',
    ),
    eventMinutes: wholeNumber(
      5,
      240,
      10,
      'A file that lies in the bucket this long without having been started is started by the watch: its event was lost.',
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
    watch: watchSchema,
  },
  closed,
);

/** The connector's settings with every default filled in. */
export type Settings = Type.Static<typeof settingsSchema>;
export type ReportSettings = Settings['reports'];
export type AgentStateSettings = Settings['agentStates'];
export type SeriesSettings = ReportSettings['series'][number];
export type WatchSettings = Settings['watch'];
