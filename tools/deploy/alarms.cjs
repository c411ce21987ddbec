// What `${file(./tools/deploy/alarms.cjs)}` in serverless.yml stands for: alarms, their topic and the dashboard of the stage's customer.
// CommonJS because Serverless loads it with require(); the work is in alarms.ts.
module.exports = async ({ resolveVariable }) => {
  const customer = await resolveVariable('self:custom.customer');
  const { toMonitoring } = await import('./alarms.ts');
  return toMonitoring(customer);
};
