// What `${file(./tools/deploy/template-parts.cjs)}` in serverless.yml stands for; the work is in template-parts.ts.
// CommonJS because Serverless loads it with require().
module.exports = async ({ resolveVariable }) => {
  // First: it says so when Node is too old for what comes next.
  const customer = await resolveVariable('self:custom.customer');
  const { readQuarantineErrors, toTemplateParts } = await import('./template-parts.ts');
  return toTemplateParts(customer, await readQuarantineErrors());
};
