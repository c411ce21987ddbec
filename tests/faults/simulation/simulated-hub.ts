// The hub of a simulation: versions compared, one answer a key, records refused by queue; its answers can go wrong in every way.
import { gunzipSync } from 'node:zlib';
import { interpretHubAnswer, type HubPostResult } from '../../../functions/lib/domain/delivery/hub-answer.ts';
import type { HubAnswer } from '../../../functions/lib/domain/delivery/hub-failure.ts';
import type { HubRequest } from '../../../functions/lib/io/hub-client.ts';
import type { HubAcknowledgement, HubReport } from '../../../schemas/hub-messages.ts';
import type { HubRecord } from '../../../schemas/hub-records.ts';
import type { Random } from './random.ts';
import type { VirtualTime } from './virtual-time.ts';

export interface HubHabits {
  /** The newer version of a record wins: the one thing the connector needs. */
  readonly comparesVersions: boolean;
  /** How records of refused queues are answered. */
  readonly refusal: 'partly' | 'named' | 'unnamed';
  /** A key that comes again: with the same answer, or with "already applied". */
  readonly repeatedKey: 'same-answer' | 'already-applied';
  readonly maxRecords: number;
}

export const refusedQueue = 'refused by the hub';

interface Standing {
  readonly version: string;
  readonly record: HubRecord;
}

export const toEntity = (record: HubRecord): string =>
  [
    record.intervalStart,
    'queueValue' in record ? record.queueValue : '',
    'agentValue' in record ? record.agentValue : '',
  ].join('|');

const json = (status: number, body: unknown, headers = {}): HubAnswer => ({
  status,
  headers,
  body: JSON.stringify(body),
});

/** Each of them either in place of the hub's work or after it. */
const wrongAnswers: readonly HubAnswer[] = [
  json(500, { reason: 'broken' }),
  json(502, ''),
  json(503, {}, { 'retry-after': '7' }),
  json(429, {}, { 'retry-after': 'soon' }),
  json(408, {}),
  json(425, {}),
  json(401, {}),
  json(403, {}),
  json(404, {}),
  json(409, { code: 'IDEMPOTENCY_KEY_IN_PROGRESS' }),
  json(307, {}, { location: '/elsewhere' }),
  json(202, { accepted: 0 }),
  json(202, { accepted: 99, rejected: [] }),
  { status: 200, headers: {}, body: '<html>Hello</html>' },
  { status: 204, headers: {}, body: '' },
  { status: 202, headers: {}, body: '{"accepted":', bodyFault: 'was cut after 12 bytes' },
  { status: 400, headers: {}, body: '{"rejected":[', bodyFault: 'was cut after 13 bytes' },
];

export class SimulatedHub {
  readonly standing = new Map<string, Standing>();
  /** Each record and version the hub has decided on, and how often it was applied. */
  readonly applications = new Map<string, number>();
  readonly conflicts: string[] = [];
  readonly habits: HubHabits;
  readonly #time: VirtualTime;
  readonly #random: Random;
  readonly #keys = new Map<
    string,
    { readonly body: string; readonly answer: HubAnswer; readonly busyUntilMs: number }
  >();

  constructor(time: VirtualTime, random: Random, habits: HubHabits) {
    this.#time = time;
    this.#random = random;
    this.habits = habits;
  }

  /** Keys are kept as long as a batch may come again; a long run forgets those of days that are over. */
  forgetKeys(): void {
    this.#keys.clear();
  }

  /** @throws what the hub client throws for the answer */
  receive({ batchId, body, recordCount }: HubRequest): HubPostResult {
    return interpretHubAnswer(this.#answer(batchId, body), { batchId, recordCount }, this.#time.nowMs);
  }

  /** A wrong answer, before or after the hub has done its work. */
  misbehave(request: HubRequest): HubPostResult {
    if (this.#random.chance(0.5)) this.#answer(request.batchId, request.body);
    const answer = wrongAnswers[this.#random.below(wrongAnswers.length)];
    return interpretHubAnswer(answer ?? json(500, {}), request, this.#time.nowMs);
  }

  #answer(batchId: string, body: Uint8Array): HubAnswer {
    const text = gunzipSync(body).toString();
    const known = this.#keys.get(batchId);
    if (known !== undefined) {
      if (known.body !== text) {
        this.conflicts.push(`the key ${batchId} came with another body`);
        return json(422, { reason: 'this key stands for another body' });
      }
      if (known.busyUntilMs > this.#time.nowMs) return json(409, { code: 'IDEMPOTENCY_KEY_IN_PROGRESS' });
      return this.habits.repeatedKey === 'already-applied'
        ? json(409, { code: 'BATCH_ALREADY_APPLIED' })
        : known.answer;
    }
    const report = JSON.parse(text) as HubReport;
    const { reportData } = report;
    if (reportData.length > this.habits.maxRecords) return json(413, {});
    const refused = [...reportData.entries()]
      .filter(([, record]) => 'queueValue' in record && record.queueValue === refusedQueue)
      .map(([index]) => ({ index, reason: 'unknown queue' }));
    if (refused.length > 0 && this.habits.refusal !== 'partly') {
      if (refused.length === reportData.length || this.habits.refusal === 'named') this.#refuse(report);
      return json(400, this.habits.refusal === 'named' ? { reason: 'see records', rejected: refused } : {});
    }
    const answer = json(202, this.#decide(report));
    const busyMs = this.#random.chance(0.1) ? this.#random.below(60_000) : 0;
    this.#keys.set(batchId, { body: text, answer, busyUntilMs: this.#time.nowMs + busyMs });
    return answer;
  }

  /** The records of refused queues are decided on, the others are not. */
  #refuse({ sourceVersion, reportData }: HubReport): void {
    for (const record of reportData) {
      const application = `${toEntity(record)}@${sourceVersion}`;
      const isRefused = 'queueValue' in record && record.queueValue === refusedQueue;
      if (isRefused && !this.applications.has(application)) this.applications.set(application, 0);
    }
  }

  #decide({ sourceVersion, reportData }: HubReport): HubAcknowledgement {
    const rejected = [];
    let ignoredAsOlder = 0;
    for (const [index, record] of reportData.entries()) {
      const entity = toEntity(record);
      const application = `${entity}@${sourceVersion}`;
      const standing = this.standing.get(entity);
      let count = this.applications.get(application) ?? 0;
      if ('queueValue' in record && record.queueValue === refusedQueue) {
        rejected.push({ index, reason: 'unknown queue' });
      } else if (this.habits.comparesVersions && standing !== undefined && standing.version > sourceVersion) {
        ignoredAsOlder += 1;
      } else {
        if (standing?.version === sourceVersion && JSON.stringify(standing.record) !== JSON.stringify(record)) {
          this.conflicts.push(`other figures came for ${application}`);
        }
        count += 1;
        this.standing.set(entity, { version: sourceVersion, record });
      }
      this.applications.set(application, count);
    }
    return { accepted: reportData.length - ignoredAsOlder - rejected.length, ignoredAsOlder, rejected };
  }
}
