import { fileURLToPath } from 'node:url';
import importX from 'eslint-plugin-import-x';
import unicorn from 'eslint-plugin-unicorn';
import tseslint from 'typescript-eslint';

const root = fileURLToPath(new URL('.', import.meta.url));
const sizeLimit = (max) => ['warn', { max, skipBlankLines: true, skipComments: true }];

export default tseslint.config(
  {
    ignores: [
      'node_modules/',
      'coverage/',
      'reports/',
      '.build/',
      '.serverless/',
      '.local/',
      'schemas/checks/',
      '**/*.cjs',
      '**/*.mjs',
    ],
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: root } },
    plugins: { unicorn, 'import-x': importX },
    rules: {
      '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'never' }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      'import-x/order': [
        'error',
        {
          groups: ['builtin', 'external', 'parent', 'sibling'],
          alphabetize: { order: 'asc' },
          'newlines-between': 'ignore',
        },
      ],
      'unicorn/filename-case': ['error', { case: 'kebabCase' }],
      'max-lines': sizeLimit(300),
      'no-console': 'error',
    },
  },
  {
    files: ['functions/lib/domain/**/*.ts'],
    rules: {
      'max-lines': sizeLimit(150),
      'no-restricted-globals': ['error', 'process', 'fetch', 'console', 'setTimeout', 'setInterval'],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: 'Rules have no clock: pass the instant in.' },
        { object: 'Math', property: 'random', message: 'Rules are deterministic: pass the randomness in.' },
      ],
      'no-restricted-syntax': [
        'error',
        {
          selector: "NewExpression[callee.name='Date'][arguments.length=0]",
          message: 'Rules have no clock: pass the instant in.',
        },
      ],
      'no-restricted-imports': [
        'error',
        { patterns: ['@aws-sdk/*', 'node:fs*', 'node:http*', 'node:net', 'node:tls'] },
      ],
    },
  },
  { files: ['functions/lib/io/**/*.ts'], rules: { 'max-lines': sizeLimit(200) } },
  { files: ['functions/*/handler.ts'], rules: { 'max-lines': sizeLimit(80) } },
  {
    files: ['tools/**/*.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['tests/**/*.ts'],
    rules: {
      '@typescript-eslint/consistent-type-assertions': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      'no-restricted-syntax': [
        'error',
        {
          selector: 'CallExpression[callee.object.name=/^(describe|it|test)$/][callee.property.name=/^(only|skip)$/]',
          message: 'No focused or skipped tests.',
        },
      ],
    },
  },
);
