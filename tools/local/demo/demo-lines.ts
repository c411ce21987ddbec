// The demonstration day's files as lines: stretches of the night and of the day, and every special file by itself.
import { toEpochMs } from '../../../functions/lib/domain/interval.ts';
import type { RunFile } from '../run/run-files.ts';
import { joinLines, toFileLine, type ReportLine } from '../run/run-report.ts';
import type { DemoDay } from './demo-day.ts';

/** By series in the order of their run times; reload files and unknown ones last. */
export function toDemoLines(day: DemoDay, files: readonly RunFile[]): ReportLine[] {
  const stories = new Map(day.files.map(({ name, story }) => [name, story]));
  const storyOf = ({ fileName }: RunFile): string | null => stories.get(fileName) ?? null;
  const clockOf = (runTime: string): string => {
    const minutes = (toEpochMs(runTime) - day.dayStartMs) / 60_000;
    return [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, '0')).join(':');
  };
  const ofSeries = day.series.flatMap(({ name }) => {
    const lines = files
      .filter(({ result }) => result.series === name)
      .toSorted((a, b) => toEpochMs(a.result.runTime ?? '') - toEpochMs(b.result.runTime ?? ''))
      .map((file) => toFileLine(file, `${name} ${clockOf(file.result.runTime ?? '')}`, storyOf(file)));
    return joinLines(lines, (first, last) => `${first}–${last.slice(name.length + 1)}`);
  });
  const others = files.filter(({ result }) => result.series === null);
  return [...ofSeries, ...others.map((file) => toFileLine(file, file.fileName, storyOf(file)))];
}
