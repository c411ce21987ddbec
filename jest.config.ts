import type { Config } from 'jest';

// Node strips the types itself (no transform); ES modules need --experimental-vm-modules, see the test script.
const config: Config = {
  testEnvironment: 'node',
  transform: {},
  extensionsToTreatAsEsm: ['.ts'],
  testMatch: ['<rootDir>/tests/**/*.test.ts'],
  testTimeout: 30_000,
};

export default config;
