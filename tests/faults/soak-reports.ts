// The reports of the soak: 40 queues, 400 agents, a look-back of an hour in which the newest quarter hour is still incomplete.
import type { ReportKind } from '../../schemas/report-kind.ts';

const queueCount = 40;
export const agentCount = 400;
const lookBack = 4;
const quarterMs = 900_000;
const toInstant = (ms: number) => new Date(ms).toISOString();
const queueOf = (index: number) => `queue ${index % queueCount}`;
export const agentOf = (index: number) => `agent-${index}@example.com`;
const indexes = (count: number) => Array.from({ length: count }, (_, index) => index);

export function intervalsOf(fromMs: number, toMs: number): string[] {
  return indexes((toMs - fromMs) / quarterMs).map((n) => toInstant(fromMs + n * quarterMs));
}

/** `intervalStart|queue|agent`, as the simulated hub tells records apart. */
export function listEntities(kind: ReportKind, interval: string): string[] {
  if (kind === 'QR') return indexes(queueCount).map((index) => `${interval}|${queueOf(index)}|`);
  return indexes(agentCount).map((index) => `${interval}|${kind === 'AQR' ? queueOf(index) : ''}|${agentOf(index)}`);
}

/** The final figure of a record, different for nearly every one. */
export function expectedSeconds(kind: ReportKind, entity: string): number {
  let hash = kind.length;
  for (let at = 0; at < entity.length; at += 1) hash = (Math.imul(hash, 31) + entity.charCodeAt(at)) | 0;
  return 10 + (Math.abs(hash) % 800);
}

const headings = {
  QR: 'Queue,StartInterval,EndInterval,Contacts queued,Contacts handled,Contacts abandoned,Contacts abandoned in 20 seconds,Contacts answered in 20 seconds,Average queue answer time,Agent interaction time,Customer hold time,After contact work time',
  AQR: 'Agent,Queue,StartInterval,EndInterval,Contacts handled,Agent interaction time,Customer hold time,After contact work time',
  ASPR: 'Agent,StartInterval,EndInterval,Online time,Agent idle time,Nonproductive time',
} as const satisfies Record<ReportKind, string>;

/** The file of one run time; the interval just ended lacks a tenth, which the next file has. */
export function writeReport(kind: ReportKind, runTimeMs: number): { readonly body: string; readonly rows: number } {
  const lines: string[] = [headings[kind]];
  for (const start of intervalsOf(runTimeMs - lookBack * quarterMs, runTimeMs)) {
    const startMs = Date.parse(start);
    const end = toInstant(startMs + quarterMs);
    const isNewest = startMs === runTimeMs - quarterMs;
    for (const entity of listEntities(kind, start)) {
      const [, queue = '', agent = ''] = entity.split('|');
      const final = expectedSeconds(kind, entity);
      const figure = isNewest ? Math.floor(final * 0.9) : final;
      if (kind === 'QR') lines.push(`${queue},${start},${end},9,8,1,1,6,12,${figure},0,5`);
      else if (kind === 'AQR') lines.push(`${agent},${queue},${start},${end},3,${figure},0,5`);
      else lines.push(`${agent},${start},${end},${figure},5,5`);
    }
  }
  return { body: `${lines.join('\n')}\n`, rows: lines.length - 1 };
}
