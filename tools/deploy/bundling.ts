// How the functions are bundled: for the package (bundling.cjs hands it to serverless-esbuild), the budgets and the bench.
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build, type BuildOptions, type Metafile } from 'esbuild';
import { leanSdk } from './lean-sdk.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

const plainOptions = {
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  mainFields: ['module', 'main'],
  minify: true,
  // Error names reach the state machine: minified ones would match no Retry and no Catch.
  keepNames: true,
} as const satisfies BuildOptions;

/** esbuild's options for a function. Every file of a bundle begins with `handler.`: by that serverless-esbuild keeps it out of the other functions' zips. */
export const bundleOptions = {
  ...plainOptions,
  // What is imported when it is needed (`import()`) becomes a file of its own and costs a cold start nothing.
  splitting: true,
  chunkNames: 'handler.[hash]',
  sourcemap: 'linked',
  sourcesContent: false,
  plugins: [leanSdk],
} as const satisfies BuildOptions;

export interface Bundle {
  readonly entryFile: string;
  /** What importing the entry loads: the entry and the files it imports, not those it may load later. */
  readonly startFiles: readonly string[];
  /** What of our code and of others' is in it, whenever it is loaded; paths in the checkout. */
  readonly sources: readonly string[];
}

/** Bundles one function below `folder`. */
export async function bundleFunction(functionKey: string, folder: string): Promise<Bundle> {
  const { metafile } = await build({
    ...bundleOptions,
    plugins: [...bundleOptions.plugins],
    mainFields: [...bundleOptions.mainFields],
    absWorkingDir: root,
    entryPoints: [join('functions', functionKey, 'handler.ts')],
    outdir: join(folder, functionKey),
    outExtension: { '.js': '.mjs' },
    metafile: true,
    logLevel: 'error',
  });
  return toBundle(metafile);
}

/** What the budgets are ratios to: an S3 client and the two commands everybody uses, bundled as anybody would. */
export async function bundleS3Client(folder: string): Promise<Bundle> {
  const { metafile } = await build({
    ...plainOptions,
    mainFields: [...plainOptions.mainFields],
    absWorkingDir: root,
    stdin: {
      contents: `export { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';`,
      resolveDir: root,
    },
    outfile: join(folder, 's3-client', 'client.mjs'),
    metafile: true,
    logLevel: 'error',
  });
  return toBundle(metafile);
}

function toBundle({ outputs }: Metafile): Bundle {
  const entry = Object.keys(outputs).find((file) => outputs[file]?.entryPoint !== undefined);
  if (entry === undefined) throw new Error(`esbuild wrote no entry; it wrote ${Object.keys(outputs).join(', ')}`);
  const startFiles = new Set([entry]);
  // A set hands out what is added while it is walked.
  for (const file of startFiles) {
    for (const { kind, path, external } of outputs[file]?.imports ?? []) {
      if (kind === 'import-statement' && external !== true) startFiles.add(path);
    }
  }
  return {
    entryFile: resolve(root, entry),
    startFiles: [...startFiles].map((file) => resolve(root, file)),
    sources: [...new Set(Object.values(outputs).flatMap(({ inputs }) => Object.keys(inputs)))],
  };
}

/** Bytes a cold start loads, compressed. Files are put together first: a bundle of several is not punished for the seams. */
export async function measureGzipBytes({ startFiles }: Bundle): Promise<number> {
  const contents = await Promise.all(startFiles.map((file) => readFile(file)));
  return gzipSync(Buffer.concat(contents), { level: 9 }).byteLength;
}
