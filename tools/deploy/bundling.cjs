// serverless-esbuild loads its configuration by require(); what it says is in bundling.ts.
const { bundleOptions } = require('./bundling.ts');

// What serverless.yml says beside the name of this file holds too. Nothing is left to the runtime: the AWS SDK of
// package-lock.json goes into the bundle.
module.exports = ({ service }) => {
  const { config: _, ...folders } = service.custom.esbuild;
  return { ...bundleOptions, ...folders, outputFileExtension: '.mjs', exclude: [] };
};
