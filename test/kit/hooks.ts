import fc from 'fast-check'

// Property tests print their seed on failure; fixing KEYWARD_TEST_SEED replays a run.
const seed = Number(process.env['KEYWARD_TEST_SEED'] ?? Date.now() % 2 ** 31)
fc.configureGlobal({ seed, numRuns: Number(process.env['KEYWARD_TEST_RUNS'] ?? 100) })

interface Suite {
  readonly suites: readonly Suite[]
  readonly tests: readonly { isPending(): boolean }[]
  fullTitle(): string
}

const whollySkipped = (suite: Suite): string[] => [
  ...(suite.tests.length > 0 && suite.tests.every((test) => test.isPending()) ? [suite.fullTitle()] : []),
  ...suite.suites.flatMap(whollySkipped),
]

export const mochaHooks = {
  beforeAll(this: Mocha.Context): void {
    process.env['TZ'] = 'UTC'
  },
  afterAll(this: Mocha.Context): void {
    const root = this.test?.parent as Suite | undefined
    const skipped = root === undefined ? [] : whollySkipped(root)
    if (skipped.length > 0) throw new Error(`suites that were skipped as a whole (seed ${seed}): ${skipped.join('; ')}`)
  },
}
