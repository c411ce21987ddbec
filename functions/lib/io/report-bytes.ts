// The bytes of a report, plain or gzip, as its rows are read from: unpacked, in UTF-8 as far as their beginning tells, and no more
// than a report has.
import { pipeline, type Readable } from 'node:stream';
import { isUint8Array } from 'node:util/types';
import { createGunzip } from 'node:zlib';
import { ReportFormatError, ReportRowLimitError } from '../domain/errors.ts';

export interface BytesOptions {
  /** Most bytes, as they come and after unpacking. */
  readonly maxBytes: number;
  /**
   * Sees each chunk of the source as it came, packed or not, before its rows are read. Chunks may be kept: no source this reads
   * fills one anew.
   */
  readonly onChunk?: (chunk: Uint8Array) => void;
}

/**
 * @throws ReportFormatError UTF-16, damaged or cut gzip
 * @throws ReportRowLimitError more than `maxBytes`, packed or unpacked
 */
export async function* readReportBytes(source: Readable, options: BytesOptions): AsyncGenerator<Uint8Array, void> {
  yield* checkEncoding(limitBytes(unpack(source, options), options.maxBytes));
}

function tooManyBytes(maxBytes: number): ReportRowLimitError {
  return new ReportRowLimitError(
    `The report has more than ${maxBytes} bytes, packed or unpacked (setting reports.maxBytes): split it into smaller reports`,
    { context: { maxBytes } },
  );
}

async function* bytesOf(chunks: AsyncIterable<unknown>): AsyncGenerator<Uint8Array, void> {
  for await (const chunk of chunks) yield isUint8Array(chunk) ? chunk : Buffer.from(String(chunk));
}

/** @throws ReportRowLimitError more than `maxBytes` */
async function* limitBytes(chunks: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<Uint8Array, void> {
  let byteCount = 0;
  for await (const chunk of chunks) {
    byteCount += chunk.length;
    if (byteCount > maxBytes) throw tooManyBytes(maxBytes);
    yield chunk;
  }
}

/** Bytes that unpack to nothing count too: who keeps the chunks keeps them all. */
async function* readSource(source: Readable, { maxBytes, onChunk }: BytesOptions): AsyncGenerator<Uint8Array, void> {
  for await (const chunk of limitBytes(bytesOf(source), maxBytes)) {
    onChunk?.(chunk);
    yield chunk;
  }
}

/** Reads until at least `length` bytes are there, or all there are. */
async function readHead(chunks: AsyncIterator<Uint8Array, void>, length: number): Promise<Buffer> {
  let head = Buffer.alloc(0);
  while (head.length < length) {
    const next = await chunks.next();
    if (next.done) break;
    head = Buffer.concat([head, next.value]);
  }
  return head;
}

async function* startWith(head: Uint8Array, rest: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  if (head.length > 0) yield head;
  yield* rest;
}

async function* unpack(source: Readable, options: BytesOptions): AsyncGenerator<Uint8Array, void> {
  const chunks = readSource(source, options);
  const head = await readHead(chunks, 2);
  const whole = startWith(head, chunks);
  if (head[0] !== 0x1f || head[1] !== 0x8b) {
    yield* whole;
    return;
  }
  const gunzip = createGunzip();
  // pipeline() hands an error of the source to gunzip, where the loop below meets it.
  pipeline(whole, gunzip, () => undefined);
  try {
    yield* bytesOf(gunzip);
  } catch (error) {
    const { code, message } = describeForeignError(error);
    if (!code.startsWith('Z_')) throw error;
    throw new ReportFormatError(`The gzip file is damaged or cut: ${message}`, { context: { code }, cause: error });
  }
}

function describeForeignError(error: unknown): { readonly code: string; readonly message: string } {
  if (typeof error !== 'object' || error === null) return { code: '', message: String(error) };
  return {
    code: 'code' in error ? String(error.code) : '',
    message: 'message' in error ? String(error.message) : '',
  };
}

async function* checkEncoding(chunks: AsyncGenerator<Uint8Array, void>): AsyncGenerator<Uint8Array, void> {
  const head = await readHead(chunks, 4);
  // Only the first four bytes: a NUL further on spoils one row, not the file.
  const start = head.subarray(0, 4);
  const hasByteOrderMark = (start[0] === 0xff && start[1] === 0xfe) || (start[0] === 0xfe && start[1] === 0xff);
  if (hasByteOrderMark || start.includes(0)) {
    throw new ReportFormatError(
      `The file is not UTF-8 (UTF-16 or binary): it begins with the bytes ${start.toString('hex')}; save it as CSV UTF-8`,
    );
  }
  yield* startWith(head, chunks);
}
