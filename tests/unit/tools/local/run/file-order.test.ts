import { describe, expect, it } from '@jest/globals';
import { planOrder, readFileName, runInOrder } from '../../../../../tools/local/run/file-order.ts';

const never = new AbortController().signal;

describe('readFileName', () => {
  it('takes a foreign name for none of our reports', () => {
    expect(readFileName('Payroll.csv')).toBeNull();
    expect(readFileName('qr-EMEA-2026-11-21T120000Z.csv')).toMatchObject({ kind: 'QR', series: 'QR-EMEA' });
  });
});

describe('planOrder', () => {
  it('lets a file wait for the one before it in its series only', () => {
    const names = ['AQR-2026-11-21T12:00:00Z.csv', 'QR-2026-11-21T12:00:00Z.csv', 'AQR-2026-11-21T12:15:00Z.csv'];
    expect(planOrder(names)).toEqual([[], [], [0]]);
  });

  it('lets a reload file wait for everything before it, and the files of its kind wait for the reload', () => {
    const names = [
      'ASPR-2026-11-21T12:00:00Z.csv',
      'QR-2026-11-21T12:00:00Z.csv',
      'QR-reload-a.csv',
      'QR-2026-11-21T12:15:00Z.csv',
      'QR-Chat-2026-11-21T12:15:00Z.csv',
      'AQR-2026-11-21T12:15:00Z.csv',
    ];
    expect(planOrder(names)).toEqual([[], [], [0, 1], [1, 2], [2], []]);
  });

  it('lets unknown names wait for nothing', () => {
    expect(planOrder(['Payroll.csv', 'Payroll.csv'])).toEqual([[], []]);
  });
});

describe('runInOrder', () => {
  it('begins no work before what it waits for has ended, and never more at once than allowed', async () => {
    const log: string[] = [];
    let running = 0;
    let mostAtOnce = 0;
    const work = async (index: number): Promise<void> => {
      log.push(`begin ${index}`);
      running += 1;
      mostAtOnce = Math.max(mostAtOnce, running);
      for (let turn = 0; turn < 5 - index; turn += 1) await Promise.resolve();
      running -= 1;
      log.push(`end ${index}`);
    };
    await runInOrder([[], [], [0], [2], []], work, { atOnce: 2, signal: never });
    expect(log).toHaveLength(10);
    expect(log.indexOf('begin 2')).toBeGreaterThan(log.indexOf('end 0'));
    expect(log.indexOf('begin 3')).toBeGreaterThan(log.indexOf('end 2'));
    expect(mostAtOnce).toBe(2);
  });

  it('begins nothing more and does not wait once it is aborted', async () => {
    const stop = new AbortController();
    const begun: number[] = [];
    const run = runInOrder(
      [[], [0]],
      (index) => {
        begun.push(index);
        return new Promise(() => undefined);
      },
      { atOnce: 4, signal: stop.signal },
    );
    stop.abort();
    await run;
    expect(begun).toEqual([0]);
  });

  it('passes an error of the work on', async () => {
    const failing = () => Promise.reject(new Error('no such file'));
    await expect(runInOrder([[]], failing, { atOnce: 1, signal: never })).rejects.toThrow('no such file');
  });
});
