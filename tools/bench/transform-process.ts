// One run of TransformRows in a process of its own, as a sandbox of Lambda would run it: started by peak-memory.ts with
// the function's environment, the state as a JSON line on standard input, the answer as a JSON line on standard output.
import { readFileSync } from 'node:fs';
import { json } from 'node:stream/consumers';
import '../local/quiet-telemetry.ts';
import { fromEnvironment } from '../../functions/transform-rows/handler.ts';

export interface TransformOutcome {
  /** The status of `$.rows`, or the name of the error the function ended with. */
  readonly outcome: string;
  readonly recordCount: number;
  readonly peakRssBytes: number;
}

// On Linux maxRSS does not begin at 0: it takes over the peak of the process that started this one, which holds the local
// stack and whole reports. The kernel's own high-water mark of this process's memory does begin anew with the program.
function readPeakRssBytes(): number {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS * 1024;
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  if (kilobytes === undefined) throw new Error('/proc/self/status has no line VmHWM');
  return Number(kilobytes) * 1024;
}

async function run(): Promise<Omit<TransformOutcome, 'peakRssBytes'>> {
  const input = await json(process.stdin);
  try {
    const { status, recordCount } = await fromEnvironment(process.env)(input);
    return { outcome: status, recordCount };
  } catch (error) {
    return { outcome: error instanceof Error ? error.name : String(error), recordCount: 0 };
  }
}

const outcome = { ...(await run()), peakRssBytes: readPeakRssBytes() } satisfies TransformOutcome;
process.stdout.write(`${JSON.stringify(outcome)}\n`);
