// One side of a ratio in a process of its own: nothing compiled by the other side, none of its garbage to collect.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** What a process answers with, as a JSON line. */
export interface SideAnswer {
  readonly cpuMs: number;
  readonly rowCount: number;
}

const flags = ['--single-threaded-gc', '--disable-warning=ExperimentalWarning'];

/**
 * @param program takes the side's name and the report's file
 * @returns milliseconds of processor time
 * @throws Error when the side loses rows
 */
export async function runSide(program: string, side: string, file: string, rowCount: number): Promise<number> {
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, program, side, file]);
  const answer: unknown = JSON.parse(stdout);
  if (!isAnswer(answer)) throw new Error(`${side} answered ${stdout.slice(0, 200)}; expected its processor time`);
  if (answer.rowCount !== rowCount) throw new Error(`Expected ${rowCount} rows of ${side}, found ${answer.rowCount}`);
  return answer.cpuMs;
}

function isAnswer(value: unknown): value is SideAnswer {
  return (
    typeof value === 'object' &&
    value !== null &&
    'cpuMs' in value &&
    typeof value.cpuMs === 'number' &&
    'rowCount' in value &&
    typeof value.rowCount === 'number'
  );
}

/** The side named on the command line, and the report's file. */
export function readSide<Side>(sides: Readonly<Record<string, Side>>): { readonly side: Side; readonly file: string } {
  const [name = '', file = ''] = process.argv.slice(2);
  const side = sides[name];
  if (side === undefined) throw new Error(`Expected one of ${Object.keys(sides).join(', ')}; found "${name}"`);
  return { side, file };
}

export function answer(given: SideAnswer): void {
  process.stdout.write(`${JSON.stringify(given)}\n`);
}
