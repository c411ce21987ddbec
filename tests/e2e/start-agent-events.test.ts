// `npm start -- --input` with agent events: a process of its own, what it prints, its JSON and its exit code.
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from '@jest/globals';
import { startReferenceHub, type ReferenceHub } from '../../tools/local/hub/reference-hub.ts';
import { maxRecordBytes } from '../../tools/local/run/event-lines.ts';
import type { RunJson } from '../../tools/local/run/run-json.ts';
import { agentEvent, contact, snapshot, type EventFields } from '../unit/agent-event-builder.ts';

const script = fileURLToPath(new URL('../../tools/local/start.ts', import.meta.url));
const folder = await mkdtemp(join(tmpdir(), 'start-agent-events-'));
afterAll(() => rm(folder, { recursive: true }));

function start(args: readonly string[], environment: Record<string, string> = {}) {
  const child = spawn(process.execPath, [script, ...args], { env: { ...process.env, ...environment } });
  const texts = { output: '', errors: '' };
  child.stdout.on('data', (chunk: Buffer) => (texts.output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (texts.errors += chunk.toString()));
  return new Promise<{ exitCode: number | null; output: string; errors: string }>((resolve) => {
    child.on('close', (exitCode) => {
      resolve({ exitCode, ...texts });
    });
  });
}

const startedAtMs = Date.now() - 3_600_000;

/** An event of the last hour: whatever the date of the machine, it is neither old nor ahead. */
function lineAt(seconds: number, fields: EventFields = {}): string {
  const EventTimestamp = new Date(startedAtMs + seconds * 1000).toISOString();
  return JSON.stringify({ ...agentEvent(fields), EventTimestamp });
}
const statusAt = (seconds: number, name: string, login = 'anna') => lineAt(seconds, { login, current: snapshot(name) });
const contactAt = (seconds: number, eventId: string) =>
  lineAt(seconds, { current: snapshot('Available', [contact(eventId)]) });

async function writeFolder(name: string, files: Record<string, string>): Promise<string> {
  const path = join(folder, name);
  await mkdir(path);
  for (const [fileName, body] of Object.entries(files)) await writeFile(join(path, fileName), body);
  return path;
}

async function readJson(file: string): Promise<RunJson> {
  return JSON.parse(await readFile(file, 'utf8')) as RunJson;
}

const keyOf = ({ credentials }: ReferenceHub) => ({
  HUB_ACCESS_KEY_ID: credentials.accessKeyId,
  HUB_ACCESS_KEY_SECRET: credentials.accessKeySecret,
});

describe('npm start -- --input with agent events', () => {
  it('brings each line to one end, and names the line of every dead letter', async () => {
    const available = statusAt(0, 'Available');
    const input = await writeFolder('mixed', {
      // The second file goes on where the first one ended; its last line has no end.
      'b.jsonl': [contactAt(30, 'VOICE-OUTBOUND-CONNECTED'), statusAt(40, 'Team meeting')].join('\r\n'),
      'a.jsonl': [
        available,
        '{"AgentARN": "cut',
        '',
        available,
        statusAt(20, 'Break'),
        statusAt(10, 'Lunch'),
        statusAt(25, 'Break'),
        ' ',
        JSON.stringify({ EventType: 'x'.repeat(maxRecordBytes) }),
        lineAt(0, { login: 'ben', type: 'LOGIN' }),
        '',
      ].join('\n'),
    });
    const json = join(folder, 'mixed.json');
    const { exitCode, output, errors } = await start(['--input', input, '--json', json]);
    expect(errors).toBe('');
    expect(exitCode).toBe(1);
    const { agentEvents, agentEventsFailure, deadLetters, executions, coverage } = await readJson(json);
    expect({ executions, coverage, agentEventsFailure }).toEqual({
      ...{ executions: [], coverage: [], agentEventsFailure: null },
    });
    // The outbound contact shows Available again: a transition, out of scope or not.
    expect(agentEvents).toEqual({
      ...{ received: 11, delivered: 5, unmapped: 1, unchanged: 1, outOfScope: 0 },
      ...{ duplicates: 1, stale: 1, deadLettered: 3 },
    });
    expect(deadLetters).toMatchObject([
      { file: 'a.jsonl', line: 2, fault: 'json', payload: '{"AgentARN": "cut', shardId: 'shardId-000000000000' },
      { file: 'a.jsonl', line: 8, fault: 'json', payload: ' ', sequenceNumber: expect.stringMatching(/^\d{50,}$/) },
      { file: 'a.jsonl', line: 9, fault: 'oversize', payload: null },
    ]);
    expect(output).toContain('11 agent events through the local stack');
    expect(output).toMatch(/Available {2}\S+ Break {2}\S+ Available {2}\S+ Team meeting \(unmapped, Closed\)$/m);
    expect(output).toMatch(/^ {3}\S+ LOGIN {2}\S+ Available$/m);
    expect(output).toMatch(/^Agents 11 agent events: 5 delivered \(1 unmapped\), .*, 3 dead-lettered$/m);
    expect(output).not.toContain('Files ');
  }, 60_000);

  it('takes reports and agent events of one folder', async () => {
    const run = new Date(Math.floor(Date.now() / 900_000) * 900_000).toISOString().replace('.000Z', 'Z');
    const input = await writeFolder('both', {
      [`ASPR-${run}.csv`]: 'Agent,StartInterval,EndInterval,Online time,Nonproductive time,Agent idle time\n',
      'events.jsonl': `${contactAt(0, 'VOICE-OUTBOUND-CONNECTING')}\n${contactAt(5, 'VOICE-OUTBOUND-CONNECTED')}\n`,
    });
    const json = join(folder, 'both.json');
    const { exitCode, output } = await start(['--input', input, '--json', json]);
    expect(exitCode).toBe(0);
    expect(output).toContain('1 report file and 2 agent events through the local stack');
    const { counts, agentEvents, deadLetters } = await readJson(json);
    expect(counts).toEqual({ DELIVERED: 1 });
    expect(agentEvents).toMatchObject({ received: 2, delivered: 1, outOfScope: 1 });
    expect(deadLetters).toEqual([]);
  }, 60_000);

  it('waits for a hub that is down, and counts each event once however often it was tried', async () => {
    const lines = Array.from({ length: 20 }, (_, n) => statusAt(n * 10, n % 2 === 0 ? 'Available' : 'Break'));
    const input = await writeFolder('down', { 'events.jsonl': ['no JSON', ...lines].join('\n') });
    const json = join(folder, 'down.json');
    const hub = await startReferenceHub();
    try {
      hub.setDown(true);
      const ended = start(['--input', input, '--hub', hub.url, '--json', json], keyOf(hub));
      await delay(4_000);
      hub.setDown(false);
      const { exitCode, output, errors } = await ended;
      expect(errors).toContain('agent-events failed and tries again. HubUnavailableError');
      expect(exitCode).toBe(1);
      expect(hub.agentTransitions.map(({ eventId }) => eventId)).toEqual(
        lines.map((_, n) => (n % 2 === 0 ? 'Available' : 'Break')),
      );
      // The timeline of a hub that cannot be asked: what it took.
      expect(output).toContain('20 agent states sent to');
    } finally {
      await hub.close();
    }
    const { agentEvents, agentEventsFailure, deadLetters } = await readJson(json);
    expect(agentEvents).toMatchObject({ received: 21, delivered: 20, duplicates: 0, stale: 0, deadLettered: 1 });
    expect(agentEventsFailure).toBeNull();
    expect(deadLetters).toMatchObject([{ line: 1, payload: 'no JSON' }]);
  }, 60_000);

  it('fails at once, with the reason, where only somebody who acts can help', async () => {
    const input = await writeFolder('refused', { 'events.jsonl': statusAt(0, 'Available') });
    const json = join(folder, 'refused.json');
    const hub = await startReferenceHub();
    try {
      const { exitCode, output } = await start(['--input', input, '--hub', hub.url, '--json', json]);
      expect(exitCode).toBe(1);
      expect(output).toContain('1 NOT DELIVERED');
      expect(output).toContain('FAILED HubAuthenticationError: ');
    } finally {
      await hub.close();
    }
    expect(await readJson(json)).toMatchObject({
      agentEvents: { received: 1, delivered: 0, deadLettered: 0 },
      agentEventsFailure: expect.stringContaining('HubAuthenticationError'),
    });
  }, 60_000);
});
