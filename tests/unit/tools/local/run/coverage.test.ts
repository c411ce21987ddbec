import { describe, expect, it } from '@jest/globals';
import {
  countCells,
  judgeCoverage,
  listIntervals,
  type CoverageOptions,
} from '../../../../../tools/local/run/coverage.ts';
import { at, buildFile } from './run-builders.ts';

const lookBack: CoverageOptions = { reports: { lookBackMinutes: 15, series: [] } };
const own = (clock: string, changes: Parameters<typeof buildFile>[1] = {}, intervals: readonly string[] = []) =>
  buildFile(`QR-${clock}.csv`, { runTime: at(clock), ...changes }, intervals);
const statesOf = (files: Parameters<typeof judgeCoverage>[0], options = lookBack) =>
  judgeCoverage(files, options).map(({ series, cells }) => [series, ...cells.map(({ state }) => state)]);

describe('judgeCoverage', () => {
  it('tells present and empty from missing', () => {
    const files = [own('12:15', {}, [at('12:00')]), own('12:30'), own('13:00', {}, [at('12:45')])];
    expect(statesOf(files)).toEqual([['QR', 'delivered', 'empty', 'missing', 'delivered']]);
  });

  it('heals an interval whose own file never came by the rows of another', () => {
    const files = [own('12:15'), own('12:45', {}, [at('12:15'), at('12:30')])];
    expect(statesOf(files)).toEqual([['QR', 'empty', 'healed', 'delivered']]);
  });

  it('heals an interval without rows by the configured look-back', () => {
    const files = [own('12:15'), own('12:45')];
    expect(statesOf(files, { reports: { lookBackMinutes: 30, series: [] } })).toEqual([
      ['QR', 'empty', 'healed', 'empty'],
    ]);
    expect(statesOf(files)).toEqual([['QR', 'empty', 'missing', 'empty']]);
  });

  it('takes the look-back of a series from its own settings', () => {
    const files = [own('12:15'), own('12:45')];
    const series = [{ kind: 'QR', series: 'QR', lookBackMinutes: 30 } as const];
    expect(statesOf(files, { reports: { lookBackMinutes: 15, series } })).toEqual([['QR', 'empty', 'healed', 'empty']]);
  });

  it('marks late, reloaded, quarantined and failed files by their interval', () => {
    const files = [
      own('12:15', { spacing: 'backfill' }),
      own('12:30', { spacing: 'reload' }),
      own('12:45', { status: 'QUARANTINED' }),
      own('13:00', { status: 'FAILED' }),
    ];
    expect(statesOf(files)).toEqual([['QR', 'late', 'reloaded', 'quarantined', 'failed']]);
  });

  it('counts nothing for an upload that a newer one has overtaken', () => {
    expect(statesOf([own('12:15', { status: 'SUPERSEDED' })])).toEqual([['QR', 'missing']]);
  });

  it('marks what a reload file brought in the only series of its kind', () => {
    const reload = buildFile('QR-reload-x.csv', { series: null, spacing: 'reload' }, [at('12:00')]);
    expect(statesOf([own('12:15', {}, [at('12:00')]), own('12:30'), reload])).toEqual([['QR', 'reloaded', 'empty']]);
  });

  it('lists a reload file by itself where a kind has several series', () => {
    const reload = buildFile('QR-reload-x.csv', { series: null, spacing: 'reload' }, [at('12:00')]);
    const files = [own('12:15'), own('12:15', { series: 'QR-Chat' }), reload];
    expect(statesOf(files)).toEqual([
      ['QR', 'empty'],
      ['QR-Chat', 'empty'],
      [null, 'reloaded'],
    ]);
  });

  it('judges the range it is given, beyond the first and the last file', () => {
    const range = { from: at('11:45'), to: at('12:30') };
    expect(statesOf([own('12:15')], { ...lookBack, range })).toEqual([['QR', 'missing', 'empty', 'missing']]);
  });

  it('bounds the range when a run time names a wrong year', () => {
    const [coverage] = judgeCoverage([own('12:15'), buildFile('x', { runTime: '9999-01-01T00:00:00.000Z' })], lookBack);
    expect(coverage?.cells).toHaveLength(35 * 96);
  });

  it('leaves files of unknown kind out', () => {
    expect(judgeCoverage([buildFile('Payroll.csv', { kind: null, series: null })], lookBack)).toEqual([]);
  });
});

describe('countCells', () => {
  it('counts and lists the cells of a state', () => {
    const [coverage] = judgeCoverage([own('12:15'), own('13:00')], lookBack);
    expect(countCells(coverage!.cells)).toMatchObject({ empty: 2, missing: 2, delivered: 0 });
    expect(listIntervals(coverage!.cells, 'missing')).toEqual([at('12:15'), at('12:30')]);
  });
});
