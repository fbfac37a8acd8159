// One rule per sentence of the house's rules on direction: what may know what.
const rule = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });
const lib = (name) => `^libs/${name}/`;
module.exports = {
  forbidden: [
    rule('no-cycles', 'A cycle hides who owns what.', {}, { circular: true }),
    rule('libs-not-apps', 'apps know libs, never back.', { path: '^libs/' }, { path: '^apps/' }),
    rule(
      'app-not-app',
      'An app reaches another only through the file that composes the process roles.',
      { path: '^apps/([^/]+)/src/' },
      { path: '^apps/([^/]+)/src/', pathNot: ['^apps/$1/', '^apps/platform-sim/src/index\\.ts$'] },
    ),
    rule(
      'contracts-import-nothing',
      'contracts import nothing of ours.',
      { path: lib('contracts') },
      { path: '^(libs|apps|frontend)/', pathNot: lib('contracts') },
    ),
    rule(
      'config-imports-nothing',
      'config imports nothing of ours.',
      { path: lib('config') },
      { path: '^(libs|apps|frontend)/', pathNot: lib('config') },
    ),
    rule(
      'analytics-not-platforms',
      'analytics know the warehouse, not platforms, HTTP or the state store.',
      { path: lib('analytics') },
      { path: '^libs/(platforms|database|ingest|queue)/|@nestjs/(platform-express|swagger)' },
    ),
    rule(
      'integrity-not-platforms',
      'integrity knows the warehouse and the state store (its signals are kept there), not platforms, HTTP or jobs.',
      { path: lib('integrity') },
      { path: '^libs/(platforms|ingest|queue|reports)/|@nestjs/(platform-express|swagger)' },
    ),
    rule(
      'one-index-per-lib',
      'A lib is reached through its index only.',
      { path: '^(apps|libs|test|migrations)/', pathNot: '^libs/([^/]+)/' },
      { path: '^libs/[^/]+/src/', pathNot: '^libs/[^/]+/src/index\\.ts$' },
    ),
    rule(
      'lib-through-index',
      'A lib reaches another lib through its index only.',
      { path: '^libs/([^/]+)/' },
      { path: '^libs/[^/]+/src/', pathNot: ['^libs/$1/', '^libs/[^/]+/src/index\\.ts$'] },
    ),
    rule(
      'frontend-contracts-only',
      'The page imports contracts only.',
      { path: '^frontend/' },
      { path: '^(apps|libs)/', pathNot: lib('contracts') },
    ),
    rule(
      'frontend-parts-not-pages',
      'pages know charts, components and composables, never back.',
      { path: '^frontend/src/(charts|components|composables|api|stores)/' },
      { path: '^frontend/src/pages/' },
    ),
    rule(
      'frontend-api-last',
      'charts, components and composables know the api, never back.',
      { path: '^frontend/src/api/' },
      { path: '^frontend/src/(charts|components|composables|pages)/' },
    ),
    rule(
      'slice-through-module',
      'A slice reaches another slice only through what its module exports.',
      { path: '^apps/(api|collector)/src/([^/]+)/' },
      { path: '^apps/(api|collector)/src/[^/]+/', pathNot: ['^apps/$1/src/$2/', '^apps/$1/src/http/', '\\.(module|service)\\.ts$'] },
    ),
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '\\.spec\\.ts$' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default'] },
    tsPreCompilationDeps: true,
  },
};
