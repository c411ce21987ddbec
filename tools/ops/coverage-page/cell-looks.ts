// How each state is called, explained and drawn: the same words on the page and in the terminal.
import type { Colors } from '../../local/run/colors.ts';
import type { CellState } from './coverage-cells.ts';

export interface CellLook {
  readonly name: string;
  readonly meaning: string;
  /** On the page; colour is never the only sign. */
  readonly letter: string;
  /** In the terminal. */
  readonly character: string;
  readonly paint: (colors: Colors) => (text: string) => string;
}

const green = (colors: Colors) => colors.green;
const cyan = (colors: Colors) => colors.cyan;
const yellow = (colors: Colors) => colors.yellow;
const red = (colors: Colors) => colors.red;
const dim = (colors: Colors) => colors.dim;

export const cellLooks: Readonly<Record<CellState, CellLook>> = {
  delivered: {
    ...{ name: 'Delivered', letter: '', character: '■', paint: green },
    meaning: 'The report came and its figures were delivered to WFM.',
  },
  empty: {
    ...{ name: 'Present and empty', letter: '·', character: '·', paint: dim },
    meaning: 'The report came and has no row of this interval: nothing happened. It is not missing.',
  },
  late: {
    ...{ name: 'Came late', letter: 'L', character: 'L', paint: cyan },
    meaning: 'The report came after later ones, and was delivered.',
  },
  reloaded: {
    ...{ name: 'Reloaded', letter: 'R', character: 'R', paint: cyan },
    meaning: 'The figures were sent again. WFM takes a reload in after about three hours.',
  },
  healed: {
    ...{ name: 'Healed', letter: 'H', character: 'H', paint: yellow },
    meaning: 'Its own report did not come or was not delivered, but another one covers the interval.',
  },
  missing: {
    ...{ name: 'Missing', letter: 'M', character: 'M', paint: red },
    meaning: 'No report covers this interval. WFM has no figures of it: that is not zero.',
  },
  failed: {
    ...{ name: 'Failed', letter: 'F', character: 'F', paint: red },
    meaning: 'The report came and could not be delivered. It waits for a redrive.',
  },
  quarantined: {
    ...{ name: 'Quarantined', letter: 'Q', character: 'Q', paint: red },
    meaning: 'The report came and cannot be taken as it is. It must be corrected and uploaded again.',
  },
  arrived: {
    ...{ name: 'Being delivered', letter: '…', character: '…', paint: yellow },
    meaning: 'The report has come and is on its way.',
  },
  notDue: {
    ...{ name: 'Not due yet', letter: '', character: '_', paint: dim },
    meaning: 'The report need not be there yet: it is due 15 minutes after its run time, and some tolerance later.',
  },
  notExpected: {
    ...{ name: 'Not expected', letter: '', character: ' ', paint: dim },
    meaning: 'Before the series began, or longer ago than is watched.',
  },
  ended: {
    ...{ name: 'Series ended', letter: '–', character: '–', paint: dim },
    meaning: 'The settings say that the series has ended by then.',
  },
};

/** In the order of legends. */
export const statesInOrder = [
  ...(['delivered', 'empty', 'late', 'reloaded', 'healed'] as const),
  ...(['missing', 'failed', 'quarantined', 'arrived', 'notDue', 'notExpected', 'ended'] as const),
] satisfies readonly CellState[];

/** Whole percent, with one digit behind the point below 100; never rounded up to 100. */
export function toPercentText(part: number, whole: number): string {
  if (whole === 0) return '–';
  return part === whole ? '100 %' : `${(Math.floor((part / whole) * 1000) / 10).toFixed(1)} %`;
}
