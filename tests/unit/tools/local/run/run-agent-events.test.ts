import { describe, expect, it } from '@jest/globals';
import { HubAccessError, HubUnavailableError } from '../../../../../functions/lib/domain/errors.ts';
import { createAgentEventLog } from '../../../../../tools/local/run/agent-event-log.ts';
import { maxRecordBytes, splitEventLines, type EventLine } from '../../../../../tools/local/run/event-lines.ts';
import { runAgentEvents, type RunAgentEventsOptions } from '../../../../../tools/local/run/run-agent-events.ts';
import { buildResult, buildState } from './agent-run-builders.ts';

const linesOf = (text: string): EventLine[] => splitEventLines('events.jsonl', Buffer.from(text));
const letterOf = (sequenceNumber: string, reason = 'no JSON') => ({
  messageId: `message of ${reason}`,
  body: JSON.stringify({ deadLetterId: sequenceNumber, fault: 'json', reason, sequenceNumber, payload: '{' }),
  attributes: {},
});

interface World {
  readonly put?: (texts: string[], log: RunAgentEventsOptions['log']) => void;
  readonly letters?: ReturnType<typeof letterOf>[];
  readonly signal?: AbortSignal;
}

function play(lines: readonly EventLine[], { put, letters = [], signal = new AbortController().signal }: World) {
  const log = createAgentEventLog(() => undefined);
  return runAgentEvents(lines, {
    ...{ log, signal, patienceMs: 50 },
    stack: {
      putAgentEvents: async (records) => {
        await Promise.resolve();
        put?.(
          records.map((record) => Buffer.from(record).toString()),
          log,
        );
      },
      agentEvents: {
        ...{ streamName: 'stream', streamArn: 'arn' },
        readFailures: () => Promise.resolve({ deadLetters: letters, discards: [] }),
      },
    },
  });
}

describe('runAgentEvents', () => {
  it('puts the lines as they are and ends with the last record', async () => {
    const given: string[] = [];
    const state = buildState('anna', '12:00:00', 'Available');
    const run = await play(linesOf(' a \nb\n'), {
      put: (texts, log) => {
        given.push(...texts);
        log.onPosted([state]);
        log.onResults([buildResult('1'), buildResult('2', { outcome: 'unchanged' })]);
      },
    });
    expect(given).toEqual([' a ', 'b']);
    expect(run).toMatchObject({ failure: null, deadLetters: [], counts: { received: 2, delivered: 1, unchanged: 1 } });
    expect(run.states).toEqual([state]);
  });

  it('names the line of each dead letter, a repeated message once', async () => {
    const run = await play(linesOf('a\n\nb\nc\n'), {
      put: (_, log) => {
        log.onResults([
          buildResult('10', { outcome: 'deadLettered' }),
          buildResult('9'),
          buildResult('8', { outcome: 'deadLettered' }),
        ]);
      },
      letters: [letterOf('10'), letterOf('8', 'first'), letterOf('10', 'no JSON')],
    });
    expect(run.deadLetters).toMatchObject([
      { line: 1, reason: 'first', sequenceNumber: '8' },
      { file: 'events.jsonl', line: 4, fault: 'json', payload: '{', sequenceNumber: '10' },
    ]);
    expect(run.deadLetters).toHaveLength(2);
    expect(run.counts).toMatchObject({ received: 3, delivered: 1, deadLettered: 2 });
  });

  it('keeps a line no record can hold from the stream, and the others go through', async () => {
    const oversize = 'x'.repeat(maxRecordBytes + 1);
    const run = await play(linesOf(`${oversize}\nb\n`), {
      put: (texts, log) => {
        expect(texts).toEqual(['b']);
        log.onResults([buildResult('1')]);
      },
    });
    expect(run.counts).toMatchObject({ received: 2, delivered: 1, deadLettered: 1 });
    expect(run.deadLetters).toEqual([
      {
        ...{ file: 'events.jsonl', line: 1, fault: 'oversize', payload: null, sizeBytes: maxRecordBytes + 1 },
        reason: `A record of a Kinesis stream holds at most ${maxRecordBytes} bytes, found ${maxRecordBytes + 1}.`,
      },
    ]);
  });

  it('gives up when nothing goes forward any more, with the reason of the last attempt', async () => {
    const run = await play(linesOf('a\nb\n'), {
      put: (_, log) => {
        log.onResults([buildResult('1')]);
        log.onFailure(new HubUnavailableError('no answer'));
      },
    });
    expect(run.failure).toBe('HubUnavailableError: no answer (nothing went forward for 0 s)');
    expect(run.counts).toMatchObject({ received: 2, delivered: 1 });
  });

  it('does not wait where waiting cannot help', async () => {
    const run = await play(linesOf('a\n'), {
      put: (_, log) => {
        log.onFailure(new HubAccessError('no such ACD'));
      },
    });
    expect(run.failure).toBe('HubAccessError: no such ACD');
  });

  it('fails with the reason when the stream takes no records', async () => {
    const run = await play(linesOf('a\n'), {
      put: () => {
        throw new Error('The stream refused 1 records');
      },
    });
    expect(run.failure).toBe('Error: The stream refused 1 records');
  });

  it('ends when it is stopped', async () => {
    const run = await play(linesOf('a\n'), { signal: AbortSignal.abort() });
    expect(run).toMatchObject({ failure: null, counts: { received: 1, delivered: 0 } });
  });
});
