// Imports run one way: schemas ◀ domain ◀ io ◀ runtime ◀ handlers ◀ tools, tests.
/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'schemas-stand-alone',
      comment: 'Shapes are data: they know nothing of the code that uses them.',
      severity: 'error',
      from: { path: '^schemas/' },
      to: { path: '^(functions|tools|tests)/' },
    },
    {
      name: 'rules-are-pure',
      comment: 'lib/domain takes values and gives values; the world is in lib/io.',
      severity: 'error',
      from: { path: '^functions/lib/domain/' },
      to: { path: '^functions/(?!lib/domain/)|^(tools|tests)/|@aws-sdk|^node_modules/@middy' },
    },
    {
      name: 'io-knows-no-runtime',
      comment: 'lib/io talks to one outside thing each; how a Lambda is put together is lib/runtime.',
      severity: 'error',
      from: { path: '^functions/lib/io/' },
      to: { path: '^functions/(?!lib/(domain|io)/)|^(tools|tests)/' },
    },
    {
      name: 'runtime-knows-no-step',
      comment: 'What every Lambda needs cannot depend on one of them.',
      severity: 'error',
      from: { path: '^functions/lib/runtime/' },
      to: { path: '^functions/(?!lib/)|^(tools|tests)/' },
    },
    {
      name: 'no-step-imports-another',
      comment: 'Steps are joined by the state machine alone.',
      severity: 'error',
      from: { path: '^functions/([^/]+)/', pathNot: '^functions/lib/' },
      to: { path: '^functions/([^/]+)/', pathNot: '^functions/(lib|$1)/' },
    },
    {
      name: 'production-imports-no-tests',
      comment: 'Tests and tools depend on the product, never the other way round.',
      severity: 'error',
      from: { path: '^functions/' },
      to: { path: '^(tools|tests)/' },
    },
    {
      name: 'schema-library-stays-outside',
      comment:
        'TypeBox describes shapes while building; the Lambdas carry compiled checks only (bundle size, cold start).',
      severity: 'error',
      from: { path: '^functions/' },
      to: { path: 'node_modules/(typebox|ajv)/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-circles',
      comment: 'A circle means that two files are one thing, or that one thing is in the wrong file.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
