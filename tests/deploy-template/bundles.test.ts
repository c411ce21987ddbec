// What a cold start loads, against an S3 client alone, both compressed: no clock, so the figures are the same everywhere.
import { spawnSync } from 'node:child_process';
import { readdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bundleBudgets } from '../../tools/bench/budgets.ts';
import { bundleFunction, bundleS3Client, measureGzipBytes, type Bundle } from '../../tools/deploy/bundling.ts';
import { markShapesPure } from '../../tools/deploy/lean-sdk.ts';

let folder: string;
let s3ClientBytes: number;
const bundles = new Map<string, Bundle>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'acdhub-bundles-'));
  s3ClientBytes = await measureGzipBytes(await bundleS3Client(folder));
  for (const { functionKey } of bundleBudgets) bundles.set(functionKey, await bundleFunction(functionKey, folder));
}, 120_000);
afterAll(() => rm(folder, { recursive: true }));

describe('the bundle', () => {
  it.each(bundleBudgets)(
    'of $functionKey is at most $gzipRatio of an S3 client alone',
    async ({ functionKey, gzipRatio }) => {
      expect((await measureGzipBytes(bundles.get(functionKey)!)) / s3ClientBytes).toBeLessThanOrEqual(gzipRatio);
    },
  );

  it.each(bundleBudgets)('of $functionKey can be imported by Node.js alone, and has a handler', ({ functionKey }) => {
    const program = `console.log(typeof (await import(process.argv[1])).handler)`;
    const { entryFile } = bundles.get(functionKey)!;
    const parameters = ['--input-type=module', '--eval', program, pathToFileURL(entryFile).href];
    const { stdout, stderr } = spawnSync(process.execPath, parameters, { encoding: 'utf8', cwd: folder, env: {} });
    expect([stdout, stderr]).toEqual(['function\n', '']);
  });

  it.each(bundleBudgets)('of $functionKey carries no way to get credentials but the environment', ({ functionKey }) => {
    const { sources } = bundles.get(functionKey)!;
    const providers = sources.flatMap(
      (file) => /@(?:aws-sdk|smithy)\/(credential-provider[^/]*|nested-clients)\//.exec(file)?.[1] ?? [],
    );
    expect([...new Set(providers)]).toEqual(['credential-provider-env']);
  });

  it('begins each of its files with "handler.": serverless-esbuild keeps those out of the other functions’ zips', async () => {
    const files = await readdir(join(folder, 'agent-events'));
    expect(files.filter((file) => !file.startsWith('handler.'))).toEqual([]);
    expect(files.length).toBeGreaterThan(2);
  });

  it('of agent-events has the S3 client with it, and loads it only when a record needs it', async () => {
    const { startFiles, sources } = bundles.get('agent-events')!;
    const atStart = await Promise.all(startFiles.map((file) => readFile(file, 'utf8')));
    expect(sources.filter((file) => file.includes('/@aws-sdk/client-s3/'))).not.toEqual([]);
    expect(atStart.filter((text) => text.includes('"PutObjectCommand"'))).toEqual([]);
  });
});

describe('markShapesPure', () => {
  it('marks tables of one line and of several, and leaves everything else as it is', () => {
    const text = [
      'const _e = "error";',
      'export var A$ = [-3, _s, "A", 0, [], []];',
      'registry.registerError(A$, A);',
      'export var B$ = [3, n0, _B,',
      '    0,',
      '    [_x], [[0, { [_h]: _y }]]',
      '];',
      'export var C = [1, n0, _C, 0, () => B$];',
      'var D = 64 | 21;',
      '',
    ].join('\n');
    const marked = markShapesPure(text);
    expect(marked.match(/\/\* @__PURE__ \*\/ \(\(\) => \[[^]*?\]\)\(\);/g)).toHaveLength(3);
    expect(marked.replaceAll('/* @__PURE__ */ (() => ', '').replaceAll('])();', '];')).toBe(text);
  });
});
