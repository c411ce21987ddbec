import type { Config } from 'jest';

// Node strips the types itself (no transform); ES modules need --experimental-vm-modules, see the test script.
const config: Config = {
  testEnvironment: 'node',
  transform: {},
  extensionsToTreatAsEsm: ['.ts'],
  testMatch: ['<rootDir>/tests/**/*.test.ts'],
  testTimeout: 30_000,
  // Jest leaves a core free for people; on two cores that is half of them.
  maxWorkers: '100%',
};

export default config;
