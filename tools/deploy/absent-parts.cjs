// The plugin of serverless.yml that takes absent parts out of the configuration, before anything checks or reads it.
const { removeAbsentParts } = require('./absent-parts.ts');

module.exports = class AbsentParts {
  constructor({ configurationInput }) {
    removeAbsentParts(configurationInput);
  }
};
