import js from '@eslint/js';
import ts from 'typescript-eslint';
import vue from 'eslint-plugin-vue';

const browser = Object.fromEntries(
  [
    'document',
    'window',
    'fetch',
    'URL',
    'URLSearchParams',
    'navigator',
    'localStorage',
    'HTMLElement',
    'SVGElement',
    'SVGSVGElement',
    'HTMLInputElement',
    'File',
    'DragEvent',
    'KeyboardEvent',
    'MediaQueryListEvent',
    'Blob',
    'setInterval',
    'clearInterval',
    'performance',
    'setTimeout',
    'clearTimeout',
    'requestAnimationFrame',
    'ResizeObserver',
    'matchMedia',
    'console',
    'MouseEvent',
    'Event',
    'AbortController',
    'AbortSignal',
    'Response',
    'Element',
    'Intl',
  ].map((name) => [name, 'readonly']),
);

export default ts.config(
  { ignores: ['**/dist/**', '**/node_modules/**', 'tools/**', '*.cjs', '*.mjs', 'data/**', 'frontend/src/maps/**'] },
  js.configs.recommended,
  ...ts.configs.recommended,
  {
    files: ['{apps,libs,test,migrations}/**/*.ts'],
    languageOptions: { parserOptions: { project: './tsconfig.check.json', tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }],
    },
  },
  {
    files: ['{apps,libs,frontend}/**/*.{ts,vue}'],
    ignores: ['**/*.spec.ts'],
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 80, skipBlankLines: true, skipComments: true }],
    },
  },
  // the environment is read in one place only: libs/config
  {
    files: ['{apps,libs}/**/*.ts'],
    ignores: ['libs/config/**', 'libs/embedded/**', '**/*.spec.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        { selector: "MemberExpression[object.name='process'][property.name='env']", message: 'Read the environment through @app/config.' },
      ],
    },
  },
  ...vue.configs['flat/recommended'].map((c) => ({ ...c, files: ['frontend/**/*.vue'] })),
  { files: ['frontend/**/*.vue'], languageOptions: { parserOptions: { parser: ts.parser, extraFileExtensions: ['.vue'] } } },
  {
    files: ['frontend/**/*.{ts,vue}'],
    languageOptions: { globals: browser },
    rules: {
      'vue/multi-word-component-names': 'off',
      'vue/max-attributes-per-line': 'off',
      'vue/singleline-html-element-content-newline': 'off',
      'vue/html-closing-bracket-newline': 'off',
      'vue/html-indent': 'off',
      'vue/multiline-html-element-content-newline': 'off',
      'vue/html-self-closing': 'off',
    },
  },
);
