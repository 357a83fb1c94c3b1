import tseslint from 'typescript-eslint';

/** A room may import from itself and from the rooms named here; nothing points back. */
const layers = [
  ['src/l10n', ['l10n']],
  ['src/protocol', ['protocol']],
  ['src/core/common', ['core/common']],
  ['src/core/session', ['core/common', 'core/session']],
  ['src/core/home', ['core/common', 'core/session', 'core/home']],
  ['src/core/git', ['core/common', 'core/session', 'core/git']],
  ['src/core/secrets', ['core/common', 'core/git', 'core/home', 'core/secrets']],
  ['src/core/agents', ['core/common', 'core/session', 'core/agents']],
  ['src/core/storage', ['core/common', 'core/git', 'core/storage']],
  ['src/core/portable', ['core/common', 'core/session', 'core/portable']],
  ['src/core/vault', ['core/common', 'core/session', 'core/home', 'core/storage', 'core/vault']],
  ['src/core/operations', ['core']],
  ['src/wording', ['core', 'l10n', 'protocol', 'wording']],
  ['src/cli', ['core', 'wording', 'cli']],
  ['src/vscode', ['core', 'l10n', 'wording', 'protocol', 'vscode']],
  ['media', ['l10n', 'protocol']],
];

const rooms = ['l10n', 'protocol', 'vscode', 'cli', 'wording', 'core/common', 'core/session', 'core/storage', 'core/home', 'core/git', 'core/agents', 'core/secrets', 'core/portable', 'core/vault', 'core/operations'];

/** Matches a relative import that climbs out of its own folder into `room`. */
const into = (room) => `(^|/)\\.\\./(.*/)?${room.split('/').at(-1)}/`;

const importRules = layers.map(([folder, allowed]) => ({
  files: [`${folder}/**/*.{ts,tsx}`],
  rules: {
    'no-restricted-imports': ['error', {
      patterns: [
        ...(folder === 'src/vscode' ? [] : [{ regex: '^vscode$', message: 'Only src/vscode and src/extension.ts know VS Code.' }]),
        ...rooms
          .filter((room) => !allowed.some((prefix) => room === prefix || room.startsWith(`${prefix}/`)))
          .map((room) => ({ regex: into(room), message: `${folder} must not import from ${room}.` })),
      ],
    }],
  },
}));

export default tseslint.config(
  { ignores: ['dist/**', 'out/**', 'node_modules/**', 'test/**/node_modules/**', '**/*.mjs', '.vscode-test*/**'] },
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { project: ['./tsconfig.json', './media/tsconfig.json'], tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/promise-function-async': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-definitions': ['error', 'interface'],
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/require-await': 'off',
    },
  },
  ...importRules,
  {
    files: ['test/**/*.ts'],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off', '@typescript-eslint/no-unused-expressions': 'off' },
  },
);
