// Buckets, table and queue of a simulation, in memory, behind the interfaces of lib/io: what is above them is the real code.
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  CheckpointUnavailableError,
  QueueUnavailableError,
  ReportNotFoundError,
  StorageUnavailableError,
} from '../../../functions/lib/domain/errors.ts';
import type { UploadedObject } from '../../../functions/lib/domain/report-file/report-identity.ts';
import type { CheckpointTable } from '../../../functions/lib/io/checkpoint-table.ts';
import type { QuarantineMessage, QuarantineQueue } from '../../../functions/lib/io/quarantine-queue.ts';
import type { OpenedObject, SourceBucket } from '../../../functions/lib/io/source-bucket.ts';
import type { StagingBucket } from '../../../functions/lib/io/staging-bucket.ts';
import type { Outside, Sandbox } from './sandbox.ts';

export type Item = Readonly<Record<string, unknown>>;

interface StoredObject extends UploadedObject {
  readonly body: Buffer;
}

export const sourceBucketName = 'amazon-connect-simulated';
const maxLateMs = 60_000;

/** The world's memory. `Open…` functions give it to one run of one function, whose calls can fail. */
export class SimulatedStores {
  readonly objects = new Map<string, StoredObject>();
  readonly staged = new Map<string, Buffer>();
  readonly items = new Map<string, Map<string, Item>>();
  readonly quarantined: QuarantineMessage[] = [];
  /** Sees every item before it is written. */
  onWrite: (item: Item) => void = () => undefined;
  /** Faulty dependencies for the check that the oracle sees them. */
  writesWithoutCondition = false;
  losesRejects = false;
  cutsBodiesSilently = false;
  /** Under SSE-KMS the same bytes have another etag after every upload, and only a checksum tells that they are the same. */
  readonly encryption: 'sse-s3' | 'sse-kms';
  readonly #outside: Outside;
  #uploadCount = 0;

  constructor(outside: Outside, encryption: 'sse-s3' | 'sse-kms' = 'sse-s3') {
    this.#outside = outside;
    this.encryption = encryption;
  }

  putObject(key: string, body: string): UploadedObject {
    const bytes = Buffer.from(body);
    const checksum = createHash('md5').update(bytes).digest('hex');
    this.#uploadCount += 1;
    const object = {
      bucket: sourceBucketName,
      key,
      ...(this.encryption === 'sse-kms' ? { etag: `etag-${this.#uploadCount}`, checksum } : { etag: checksum }),
      sizeBytes: bytes.length,
      // S3 counts whole seconds.
      uploadedAt: new Date(Math.floor(this.#outside.time.nowMs / 1000) * 1000).toISOString(),
      body: bytes,
    };
    this.objects.set(key, object);
    return object;
  }

  openSource(sandbox: Sandbox): Pick<SourceBucket, 'head' | 'open'> {
    const call = <T>(effect: () => T) =>
      this.#outside.call(sandbox, { effect, maxLateMs, toError: () => new StorageUnavailableError('SlowDown') });
    return {
      head: (_, key) =>
        call(() => {
          const object = this.objects.get(key);
          if (object === undefined) return null;
          const { bucket, etag, checksum, sizeBytes, uploadedAt } = object;
          return { bucket, key, etag, ...(checksum === undefined ? {} : { checksum }), sizeBytes, uploadedAt };
        }),
      open: ({ key, etag, uploadedAt }) =>
        call((): OpenedObject => {
          const object = this.objects.get(key);
          if (object === undefined) throw new ReportNotFoundError(`${key} is gone`);
          if (object.etag !== etag || object.uploadedAt !== uploadedAt) return { status: 'replaced' };
          return { status: 'open', body: this.#stream(object.body) };
        }),
    };
  }

  /** A body that may break off; told by its length, as the real one, unless a mutation keeps it quiet. */
  #stream(body: Buffer): Readable {
    const { random, faultRate } = this.#outside;
    if (!random.chance(faultRate)) return Readable.from([body]);
    const cut = body.subarray(0, random.below(body.length));
    if (this.cutsBodiesSilently) return Readable.from([cut.subarray(0, cut.lastIndexOf('\n') + 1)]);
    return Readable.from(
      (function* () {
        yield cut;
        throw new StorageUnavailableError('S3 cut the body');
      })(),
    );
  }

  openStaging(sandbox: Sandbox): StagingBucket {
    const call = <T>(effect: () => T) =>
      this.#outside.call(sandbox, { effect, maxLateMs, toError: () => new StorageUnavailableError('SlowDown') });
    return {
      read: (key) => call(() => this.staged.get(key) ?? null),
      write: (key, body) =>
        call(() => {
          if (!(this.losesRejects && key.endsWith('/rejects.csv'))) this.staged.set(key, Buffer.from(body));
        }),
      writeOnce: (key, body) =>
        call(() => {
          if (this.staged.has(key)) return false;
          this.staged.set(key, Buffer.from(body));
          return true;
        }),
      copyFrom: (object, key) =>
        call(() => {
          const standing = this.objects.get(object.key);
          if (standing?.etag !== object.etag) return false;
          this.staged.set(key, standing.body);
          return true;
        }),
    };
  }

  openTable(sandbox: Sandbox): CheckpointTable {
    const { time } = this.#outside;
    const call = <T>(effect: () => T) =>
      this.#outside.call(sandbox, { effect, maxLateMs, toError: () => new CheckpointUnavailableError('throttled') });
    const write = (item: Item & { readonly pk: string; readonly sk: string }) => {
      const stored = Object.fromEntries(Object.entries(item).filter(([, value]) => value !== undefined));
      this.onWrite(stored);
      const partition = this.items.get(item.pk) ?? new Map<string, Item>();
      this.items.set(item.pk, partition.set(item.sk, stored));
    };
    return {
      nowMs: () => time.nowMs,
      read: ({ pk, sk }) => call(() => ({ ...this.items.get(pk)?.get(sk) })).then(toNullIfEmpty),
      list: (pk, from, to) =>
        call(() =>
          [...(this.items.get(pk) ?? [])]
            .filter(([sk]) => sk >= from && sk <= to)
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([, item]) => ({ ...item })),
        ),
      writeIf: (item, expected) =>
        call(() => {
          const standing = this.items.get(item.pk)?.get(item.sk);
          const names = Object.keys(expected);
          const isAsExpected =
            names.length === 0
              ? standing === undefined
              : standing !== undefined && names.every((name) => standing[name] === expected[name]);
          if (!isAsExpected && !this.writesWithoutCondition) return false;
          write(item);
          return true;
        }),
      write: (item) =>
        call(() => {
          write(item);
        }),
    };
  }

  openQuarantineQueue(sandbox: Sandbox): QuarantineQueue {
    return {
      send: (message) =>
        this.#outside.call(sandbox, {
          effect: () => {
            this.quarantined.push(message);
          },
          toError: () => new QueueUnavailableError('throttled'),
          maxLateMs,
        }),
    };
  }
}

const toNullIfEmpty = (item: Record<string, unknown>) => (Object.keys(item).length === 0 ? null : item);
