// How far a run has come: a bar on a terminal, one line every ten percent elsewhere.
import { Presets, SingleBar } from 'cli-progress';
import { toPrintable } from './run-report.ts';

export interface Progress {
  advance(fileName: string): void;
  /** Leaves the terminal clean, also when the run was cut short. */
  stop(): void;
}

/** @param stream where to; asked whether it is a terminal */
export function startProgress(fileCount: number, stream: NodeJS.WriteStream): Progress {
  return stream.isTTY ? startBar(fileCount, stream) : startLines(fileCount, (line) => stream.write(`${line}\n`));
}

function startBar(fileCount: number, stream: NodeJS.WriteStream): Progress {
  const bar = new SingleBar(
    {
      stream,
      format: '  {bar} {percentage} %  {value} of {total} files  {fileName}',
      hideCursor: true,
      clearOnComplete: true,
    },
    Presets.shades_classic,
  );
  bar.start(fileCount, 0, { fileName: '' });
  return {
    advance: (fileName) => {
      bar.increment(1, { fileName: toPrintable(fileName.slice(0, 48)) });
    },
    stop: () => {
      bar.stop();
    },
  };
}

/** A line each time another tenth of the files has ended. */
export function startLines(fileCount: number, writeLine: (line: string) => void): Progress {
  let doneCount = 0;
  return {
    advance() {
      const tenths = Math.floor((doneCount / fileCount) * 10);
      doneCount += 1;
      const newTenths = Math.floor((doneCount / fileCount) * 10);
      if (newTenths === tenths) return;
      writeLine(`  ${String(newTenths * 10).padStart(3)} %  ${doneCount} of ${fileCount} files`);
    },
    stop: () => undefined,
  };
}
