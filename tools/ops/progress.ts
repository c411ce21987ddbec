// How far long work has come, on standard error: a bar on a terminal, a line every ten percent elsewhere.
import { Presets, SingleBar } from 'cli-progress';
import { toPlainText } from './plain-text.ts';

export interface Progress {
  advance(name: string): void;
  /** Says why it does not go on just now. */
  pause(reason: string): void;
  /** Leaves the terminal clean, also when the work was cut short. */
  stop(): void;
}

const shownLength = 48;

export function startProgress(stream: NodeJS.WriteStream, total: number, noun: string): Progress {
  return stream.isTTY ? startBar(stream, total, noun) : startLines(stream, total, noun);
}

function startBar(stream: NodeJS.WriteStream, total: number, noun: string): Progress {
  const format = `  {bar} {percentage} %  {value} of {total} ${noun}  {name}`;
  const bar = new SingleBar({ stream, format, hideCursor: true, clearOnComplete: true }, Presets.shades_classic);
  bar.start(total, 0, { name: '' });
  return {
    advance: (name) => {
      bar.increment(1, { name: toPlainText(name).slice(0, shownLength) });
    },
    pause: (reason) => {
      bar.update({ name: reason });
    },
    stop: () => {
      bar.stop();
    },
  };
}

function startLines(stream: NodeJS.WriteStream, total: number, noun: string): Progress {
  let doneCount = 0;
  let lastReason = '';
  return {
    advance() {
      const tenthsBefore = Math.floor((doneCount / total) * 10);
      doneCount += 1;
      const tenths = Math.floor((doneCount / total) * 10);
      if (tenths > tenthsBefore)
        stream.write(`  ${String(tenths * 10).padStart(3)} %  ${doneCount} of ${total} ${noun}\n`);
    },
    pause(reason) {
      if (reason !== lastReason) stream.write(`  ${reason}\n`);
      lastReason = reason;
    },
    stop: () => undefined,
  };
}
