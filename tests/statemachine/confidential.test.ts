// What must stay where it belongs: the hub's key and token, and who works here. Everything a run writes is searched for them.
import './loud-telemetry.ts';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { inspect } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHandlers } from '../../tools/local/functions.ts';
import { agentEvent, snapshot } from '../unit/agent-event-builder.ts';
import { interval, prefix, queueReport, reportKey, runTime, startPipeline, type Pipeline } from './harness.ts';

const token = 'token-7f3a-very-confidential';
const login = 'zoë.quill@staff.example';
const fullName = 'Quill, Zoë';
const queue = 'Zebra queue';
const agentRow = [login, fullName, queue, interval(4), runTime(4), 8, 800, 0, 60]
  .join(',')
  .replace(fullName, `"${fullName}"`);
const agentReport = (...rows: readonly string[]) =>
  [
    'Agent,Agent name,Queue,StartInterval,EndInterval,Contacts handled,Agent interaction time,Customer hold time,After contact work time',
    ...rows,
    '',
  ].join('\n');

let pipeline: Pipeline;
let hub: Server;
let seenAccessKey: Record<string, string> = {};
/** How the hub answers the next requests that are none for a token; the last one stays. */
let statuses: number[] = [];
let tokenStatuses: number[] = [];
let written = '';
let offlineCount = 0;

const streams = [process.stdout, process.stderr];
const writes = streams.map((stream) => stream.write.bind(stream));

/** A hub that tells everything it was told, in every answer. */
async function answer(request: IncomingMessage): Promise<{ readonly status: number; readonly body: unknown }> {
  const body = await buffer(request);
  if (request.url?.includes('/token/')) {
    seenAccessKey = JSON.parse(body.toString()) as Record<string, string>;
    const tokenStatus = tokenStatuses.shift();
    if (tokenStatus !== undefined) return { status: tokenStatus, body: { reason: `no key is ${body.toString()}` } };
    return { status: 200, body: { access_token: token, expires_in: 3600 } };
  }
  const status = (statuses.length > 1 ? statuses.shift() : statuses[0]) ?? 202;
  const sent = gunzipSync(body).toString();
  const accepted = sent.match(/"(?:intervalStart|sourceEventId)":/g)?.length ?? 0;
  if (sent.includes('"eventId":"Offline"')) offlineCount += 1;
  if (status === 202) return { status, body: { accepted, ignoredAsOlder: 0, rejected: [] } };
  const records = sent.slice(sent.indexOf('"agentValue"')).replaceAll(queue, '…');
  return { status, body: { reason: `${String(request.headers.authorization)} says ${records}` } };
}

beforeAll(async () => {
  streams.forEach((stream) => {
    stream.write = (chunk: string | Uint8Array): boolean => {
      written += String(chunk);
      return true;
    };
  });
  hub = createServer((request, response) => {
    void answer(request).then(({ status, body }) => {
      response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
    });
  }).listen(0, '127.0.0.1');
  await once(hub, 'listening');
  const url = `http://127.0.0.1:${(hub.address() as AddressInfo).port}`;
  pipeline = await startPipeline({
    settings: { hub: { url, timeoutSeconds: 5 }, agentStates: { sendOfflineWhenStale: true } },
  });
});
afterAll(async () => {
  streams.forEach((stream, index) => {
    stream.write = writes[index]!;
  });
  await pipeline.close();
  hub.close();
});

/** One file or event for each way a run can go wrong. */
async function provokeEverything(): Promise<void> {
  tokenStatuses = [500, 401, 302, 200];
  for (const n of tokenStatuses.keys()) await pipeline.deliver(reportKey('AQR-no-token', 4 + n), agentReport(agentRow));
  for (const [n, status] of [403, 404, 409, 413, 422, 429, 302, 500, 418].entries()) {
    statuses = [status];
    await pipeline.deliver(reportKey(`AQR-${status}`, 4 + n), agentReport(agentRow));
  }
  statuses = [401];
  await pipeline.deliver(reportKey('AQR-refused', 4), agentReport(agentRow));
  statuses = [202];
  const bad = agentRow.replace(',8,', ',eight,');
  await pipeline.deliver(reportKey('AQR-good', 4), agentReport(agentRow, bad));
  await pipeline.deliver(reportKey('AQR-all-bad', 4), agentReport(...Array.from({ length: 30 }, () => bad)));
  await pipeline.deliver(reportKey('AQR-cut', 4), agentReport(agentRow, agentRow.slice(0, -8)).trimEnd());
  await pipeline.deliver(reportKey('AQR-open', 4), agentReport(agentRow, `"${agentRow}`));
  await pipeline.deliver(reportKey('AQR-headless', 4), `${agentRow}\n`);
  await pipeline.deliver(`${prefix}unknown.csv`, agentRow);
  await pipeline.deliver(`${prefix}"}\n{"level":"INFO","message":"forged"}\u001b[2J.csv`, agentRow);
  await pipeline.deliver(reportKey('QR-queue', 4), queueReport([{ queue, n: 4 }]));
  const events = [agentEvent({ login, current: snapshot('Break') }), agentEvent({ login, seconds: 9 })];
  await pipeline.stack.putAgentEvents([...events.map((event) => JSON.stringify(event)), `{"Username": "${login}"`]);
  await pipeline.stack.idle();
  statuses = [503, 403, 422, 202];
  const later = agentEvent({ login, seconds: 20, current: snapshot('Lunch') });
  await pipeline.stack.putAgentEvents([JSON.stringify(later)]);
  await pipeline.stack.idle();
  await runSchedules();
}

/** What no file and no event starts: the feed's health, with an agent to be shown as Offline, and the watch. */
async function runSchedules(): Promise<void> {
  // Somebody else is heard of, so that the silence of the first one is her own.
  const heard = { ...agentEvent({ login: 'heard' }), EventTimestamp: new Date().toISOString() };
  await pipeline.stack.putAgentEvents([JSON.stringify(heard)]);
  await pipeline.stack.idle();
  const handlers = createHandlers(pipeline.stack.environment, null);
  const run = async (name: string) => {
    // What a function fails with is in its log too, but for what Lambda itself would write.
    await handlers[name]!({}).catch((error: unknown) => (written += `${inspect(error)}\n`));
  };
  for (const given of [[403], [202, 503], [202, 422], [202]]) {
    statuses = given;
    await run('report-feed-health');
  }
  await run('watch-intervals');
}

/** Wherever a text stands, plain or within JSON within JSON. */
const spellings = (text: string) => {
  const inJson = JSON.stringify(text).slice(1, -1);
  return [text, inJson, JSON.stringify(inJson).slice(1, -1), text.replace('ë', String.raw`\u00eb`)];
};
const lineWith = (text: string, words: readonly string[]) =>
  text.split('\n').filter((line) => words.flatMap(spellings).some((word) => line.includes(word)));

describe('a run in which everything fails once', () => {
  let histories = '';

  beforeAll(async () => {
    await provokeEverything();
    histories = pipeline.stack.workflows
      .list()
      .flatMap(({ executionArn }) => [
        JSON.stringify(pipeline.stack.workflows.describe(executionArn)),
        ...pipeline.stack.workflows.history(executionArn).map((event) => JSON.stringify(event)),
      ])
      .join('\n');
  }, 120_000);

  it('has logged, counted and failed in many ways, so that there is something to search', () => {
    for (const name of [
      'HubAccessError',
      'HubAuthenticationError',
      'HubThrottledError',
      'HubAnswerError',
      'ReportRejectedRowsError',
    ]) {
      expect(histories).toContain(name);
      expect(written).toContain(name);
    }
    expect(written).toContain('agent-events failed for a batch');
    expect(written).toContain('report-feed-health failed');
    for (const metric of ['AgentsStale', 'WatchRuns', 'ExecutionsFailed']) expect(written).toContain(metric);
    expect(offlineCount).toBeGreaterThan(0);
    expect(written).toContain('"_aws"');
    expect(seenAccessKey['accessKeySecret']).toMatch(/^secret-/);
  });

  it('writes neither access key nor token, nowhere', () => {
    const secrets = [token, ...Object.values(seenAccessKey)];
    expect(lineWith(written, secrets)).toEqual([]);
    expect(lineWith(histories, secrets)).toEqual([]);
  });

  it('names no agent in logs, metrics, states, inputs and causes', () => {
    const names = [login, fullName, 'Quill'];
    expect(lineWith(written, names)).toEqual([]);
    expect(lineWith(histories, names)).toEqual([]);
  });

  it('names queues in the notes on a report alone', () => {
    expect(lineWith(written, [queue])).toEqual([]);
    const withoutNotes = histories.replaceAll(/\\?"notes\\?":\[.*?\]/g, '');
    expect(lineWith(withoutNotes, [queue])).toEqual([]);
  });

  it('lets no name of a file write a line of its own into the log, or drive the terminal of who reads it', () => {
    const lines = written.split('\n').filter((line) => line.includes('forged'));
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) expect(JSON.parse(line)).not.toMatchObject({ message: 'forged' });
    expect(written).not.toContain('\u001b[2J');
  });
});
