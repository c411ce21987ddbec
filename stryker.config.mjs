// Mutation tests of the rules, whole or by part: `npm run test:mutation -- --mutate 'functions/lib/domain/delivery/**/*.ts'`.
export default {
  testRunner: 'jest',
  plugins: ['@stryker-mutator/jest-runner'],
  testRunnerNodeArgs: ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
  jest: { projectType: 'custom', configFile: 'stryker.jest.config.ts', enableFindRelatedTests: true },
  mutate: ['functions/lib/domain/**/*.ts'],
  coverageAnalysis: 'perTest',
  // Patterns and tables at the top of a module are rules too. Which test meets them cannot be told, so that each such mutant
  // costs every test of its file's users; Jest loads modules anew for each test file, so that these mutants do take effect.
  ignoreStatic: false,
  timeoutMS: 8_000,
  // ES modules that Jest has loaded stay in memory: a runner used for hundreds of mutants only collects garbage.
  maxTestRunnerReuse: 40,
  reporters: ['clear-text', 'html', 'json', 'progress-append-only'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  htmlReporter: { fileName: '.build/mutation.html' },
  jsonReporter: { fileName: '.build/mutation.json' },
  thresholds: { high: 90, low: 85, break: 85 },
  tempDirName: '.build/stryker',
  ignorePatterns: ['.build', '.local', '.serverless', 'customers', 'docs', 'tests/deploy', 'tests/e2e'],
};
