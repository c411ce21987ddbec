// What CloudWatch would read: the lines in its embedded metric format that come out of the process meanwhile.
export type MetricLine = Record<string, unknown> & {
  _aws: {
    CloudWatchMetrics: { Namespace: string; Dimensions: string[][]; Metrics: { Name: string; Unit: string }[] }[];
  };
};

export async function readMetricLines(work: () => unknown): Promise<MetricLine[]> {
  const lines: MetricLine[] = [];
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = (chunk: string | Uint8Array): boolean => {
    for (const text of String(chunk).split('\n'))
      if (text.includes('"_aws"')) lines.push(JSON.parse(text) as MetricLine);
    return true;
  };
  try {
    await work();
  } finally {
    process.stdout.write = write;
  }
  return lines;
}
