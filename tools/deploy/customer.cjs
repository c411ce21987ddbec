// What `${file(./tools/deploy/customer.cjs)}` in serverless.yml stands for: the checked settings of the stage's customer.
// CommonJS because Serverless loads it with require(); the work is in customer.ts.
const requiredMajor = 24;

module.exports = async ({ options, resolveVariable }) => {
  if (Number(process.versions.node.split('.')[0]) < requiredMajor) {
    throw withoutStack(
      new Error(
        `Deploying runs on Node ${requiredMajor} or newer; found ${process.version}. ` +
          'Use "npx serverless" in a checkout where "npm ci" was run: the right Node comes with it.',
      ),
    );
  }
  const { resolveCustomer } = await import('./customer.ts');
  try {
    return await resolveCustomer({ stage: await resolveVariable('sls:stage'), region: options.region ?? undefined });
  } catch (error) {
    throw error.name === 'ConfigError' ? withoutStack(error) : error;
  }
};

// Serverless prints an error's stack; for a mistake in a customer file the message says all.
function withoutStack(error) {
  error.stack = `\n\n${error.message}\n`;
  return error;
}
