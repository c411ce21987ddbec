// What the AWS SDK carries into every bundle, no function of ours can use, and esbuild cannot leave out by itself.
// An SDK that is written otherwise one day is bundled as it comes; the budgets in tests/deploy-template/bundles.test.ts notice.
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Plugin } from 'esbuild';

/**
 * An SDK schema file with every shape marked as free of side effects. A shape is a table with computed keys, which esbuild
 * must take for an effect: with one command of S3 came the shapes of all of them.
 */
export function markShapesPure(text: string): string {
  return text.replaceAll(/^((?:export )?var \S+ = )(\[[^]*?\]);(?=\n(?:\S|$))/gm, '$1/* @__PURE__ */ (() => $2)();');
}

function keepVersion(packageJson: string): string {
  const value: unknown = JSON.parse(packageJson);
  return JSON.stringify(
    typeof value === 'object' && value !== null && 'version' in value ? { version: value.version } : value,
  );
}

/** esbuild plugin. */
export const leanSdk: Plugin = {
  name: 'lean-sdk',
  setup(builder) {
    // Lambda gives a function its credentials by environment (SnapStart would not; Node.js has none): no single sign-on,
    // profile, process or metadata service, whose clients were a fifth of each bundle.
    builder.onResolve({ filter: /^@aws-sdk\/credential-provider-node$/ }, ({ path, importer }) => ({
      path,
      namespace: 'credentials-by-environment',
      pluginData: dirname(importer),
    }));
    builder.onLoad({ filter: /.*/, namespace: 'credentials-by-environment' }, ({ pluginData }) => ({
      contents: `export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';`,
      resolveDir: String(pluginData),
    }));
    builder.onLoad({ filter: /@aws-sdk\/client-[^/]+\/dist-es\/schemas\/schemas_0\.js$/ }, async ({ path }) => ({
      contents: markShapesPure(await readFile(path, 'utf8')),
    }));
    // A client imports its package.json to say its version to AWS, and brings all of its scripts and dependencies with it.
    builder.onLoad({ filter: /@aws-sdk\/client-[^/]+\/package\.json$/ }, async ({ path }) => ({
      contents: keepVersion(await readFile(path, 'utf8')),
      loader: 'json',
    }));
  },
};
