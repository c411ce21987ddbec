// The unit tests of the rules alone: a mutant costs a fraction of a second with them.
import type { Config } from 'jest';
import config from './jest.config.ts';

const unitConfig: Config = { ...config, testMatch: ['<rootDir>/tests/unit/lib/domain/**/*.test.ts'] };

export default unitConfig;
