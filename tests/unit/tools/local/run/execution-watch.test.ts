import { describe, expect, it } from '@jest/globals';
import { createExecutionWatch } from '../../../../../tools/local/run/execution-watch.ts';
import { startLines } from '../../../../../tools/local/run/progress.ts';
import type { ExecutionDescription } from '../../../../../tools/local/workflow/workflow-store.ts';

const input = JSON.stringify({ object: { key: 'k' } });
const execution = { executionArn: 'arn:e', name: 'e', input, status: 'SUCCEEDED' } as ExecutionDescription;
const startedEvent = {
  ...{ executionArn: 'arn:e', name: 'e' },
  event: { id: 1, timestamp: new Date(0), type: 'ExecutionStarted' as const, executionStartedEventDetails: { input } },
};

describe('createExecutionWatch', () => {
  it('gives the execution of the key that was waited for', async () => {
    const watch = createExecutionWatch({ startMs: 60_000, silenceMs: 60_000 });
    const waited = watch.waitFor('k');
    watch.onEnd({ ...execution, input: JSON.stringify({ object: { key: 'other' } }) });
    watch.onEvent(startedEvent);
    watch.onEnd(execution);
    expect(await waited).toEqual({ ended: true, execution });
  });

  it('gives up on an upload for which no execution starts', async () => {
    const keepAlive = setInterval(() => undefined, 1000);
    const end = await createExecutionWatch({ startMs: 1, silenceMs: 60_000 }).waitFor('k');
    clearInterval(keepAlive);
    expect(end).toEqual({ ended: false, executionArn: null });
  });

  it('gives up on an execution that falls silent, and names it', async () => {
    const keepAlive = setInterval(() => undefined, 1000);
    const watch = createExecutionWatch({ startMs: 60_000, silenceMs: 1 });
    const waited = watch.waitFor('k');
    watch.onEvent(startedEvent);
    const end = await waited;
    clearInterval(keepAlive);
    expect(end).toEqual({ ended: false, executionArn: 'arn:e' });
  });
});

describe('startLines', () => {
  it('writes a line for every tenth of the files, the last one for all', () => {
    const lines: string[] = [];
    const progress = startLines(289, (line) => lines.push(line.trim()));
    for (let index = 0; index < 289; index += 1) progress.advance('file');
    expect(lines).toHaveLength(10);
    expect([lines[0], lines[9]]).toEqual(['10 %  29 of 289 files', '100 %  289 of 289 files']);
  });

  it('writes no more lines than there are files', () => {
    const lines: string[] = [];
    const progress = startLines(3, (line) => lines.push(line.trim()));
    for (let index = 0; index < 3; index += 1) progress.advance('file');
    expect(lines).toEqual(['30 %  1 of 3 files', '60 %  2 of 3 files', '100 %  3 of 3 files']);
  });
});
