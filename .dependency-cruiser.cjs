/** The rules of the house: which room may enter which. */
const rooms = ['backends', 'chains', 'tatum', 'approval', 'journal', 'config', 'cli', 'telemetry', 'sandbox']
/** Rooms that wire others together. Everything else knows core only. */
const guests = {
  // The configuration file has sections for the backend and for single chains, whose form belongs to those.
  config: ['backends', 'chains'],
  // The sandbox derives and checks with the chains' own public functions.
  sandbox: ['chains'],
  cli: ['config', 'telemetry', 'chains', 'backends', 'sandbox', 'journal', 'tatum', 'approval'],
}

module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      comment: 'A module that is loaded when it is used may use its user: `demo` runs other commands.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only', 'dynamic-import'] } },
    },
    { name: 'core-enters-nothing', severity: 'error', from: { path: '^src/core/' }, to: { path: '^src/(?!core/)' } },
    {
      name: 'core-has-no-sdk-and-no-io',
      comment:
        'tsyringe decorators and zod parsing are the only libraries of core; of Node it uses buffers, crypto, timers and inspect.',
      severity: 'error',
      from: { path: '^src/core/' },
      to: {
        dependencyTypes: ['npm', 'npm-dev', 'core'],
        pathNot: '(tsyringe|reflect-metadata|zod|^(node:)?(buffer|crypto|util|events|timers/promises)$)',
      },
    },
    ...rooms.map((room) => ({
      name: `${room}-enters-only-${['core', ...(guests[room] ?? [])].join('-')}`,
      severity: 'error',
      from: { path: `^src/${room}/` },
      to: {
        path: `^src/(?!(core|${[room, ...(guests[room] ?? [])].join('|')})/|composition-root\\.ts$)`,
        ...(room === 'cli' ? {} : {}),
      },
    })),
    {
      name: 'rooms-are-entered-by-their-index',
      severity: 'error',
      from: { path: '^src/([^/]+)/' },
      to: { path: '^src/([^/]+)/.+', pathNot: ['^src/$1/', '^src/[^/]+/index\\.ts$', '^src/core/'] },
    },
    {
      name: 'chain-folders-are-separate',
      severity: 'error',
      from: { path: '^src/chains/([^/]+)/' },
      to: { path: '^src/chains/([^/]+)/', pathNot: ['^src/chains/$1/', '^src/chains/common/'] },
    },
    {
      name: 'backend-folders-are-separate',
      severity: 'error',
      from: { path: '^src/backends/([^/]+)/' },
      to: { path: '^src/backends/([^/]+)/', pathNot: ['^src/backends/$1/', '^src/backends/common/'] },
    },
    {
      name: 'only-the-entry-points-know-the-composition-root',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(cli/|main\\.ts$|index\\.ts$)' },
      to: { path: '^src/composition-root\\.ts$' },
    },
    {
      name: 'no-dev-dependencies-in-src',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/sandbox/' },
      to: { dependencyTypes: ['npm-dev'] },
    },
    { name: 'not-to-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
}
