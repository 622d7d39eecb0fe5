import { expect } from 'chai'
import type { ChainTransactions } from '../../src/core/chain.js'
import { KeywardError } from '../../src/core/errors.js'
import { createChainRegistry } from '../../src/chains/index.js'
import { loadFamilies } from './family.js'
import type { Family } from './family.js'
import { fuzz, Trial } from './fuzz.js'
import type { FuzzInput } from './fuzz.js'
import { loadSeeds } from './seeds.js'

/** How many damaged inputs each family gets here, beside its seeds; the gate fuzzes for a minute each: `node --import tsx test/fuzz/run.ts`. */
const INPUTS = Number(process.env['KEYWARD_FUZZ_INPUTS'] ?? 200)
const seed = Number(process.env['KEYWARD_TEST_SEED'] ?? Date.now() % 2 ** 31)
const families = loadFamilies()

describe('damaged requests, answers and signatures', () => {
  for (const family of families) {
    it(`${family.name}: are refused in the words of the interface, quickly, and without a trace (seed ${seed})`, async function () {
      this.timeout(120_000)
      const counts = await fuzz(family, { seed, inputs: family.seeds.length + INPUTS })
      // Some seed must get through to the end, or all that was tried are the first lines of the parser.
      expect([...counts.keys()], 'no golden case of the family reaches its signature').to.include('verify')
    })
  }
})

/** Uses the processor for so long. */
function work(ms: number): void {
  const start = process.cpuUsage()
  for (let used = 0; used < ms;) {
    const { user, system } = process.cpuUsage(start)
    used = (user + system) / 1000
  }
}

describe('the fuzz itself', () => {
  const [model] = families.filter(({ chains }) => chains.some((code) => code === 'XRP'))
  if (model === undefined) throw new Error('the model is gone')

  /** A family whose chains have a defect. */
  const withDefect = (defect: (real: ChainTransactions) => Partial<ChainTransactions>): Family => ({
    ...model,
    load: async (code) => {
      const chain = await model.load(code)
      return { ...chain, transactions: { ...chain.transactions, ...defect(chain.transactions) } }
    },
  })
  const input: FuzzInput = { seed: 0, chain: 0, target: 'transaction', repair: false, mutations: [] }
  const failureOf = async (family: Family, more: Partial<FuzzInput> = {}): Promise<string> =>
    new Trial(family).run({ ...input, ...more }).then(
      () => 'nothing was found',
      (error: unknown) => String(error),
    )

  const defects: Readonly<Record<string, (real: ChainTransactions) => Partial<ChainTransactions>>> = {
    'threw TypeError': () => ({ read: () => [].reduce((sum) => sum) }),
    'threw RangeError': () => ({ decode: () => 'a'.repeat(-1) as never }),
    'ended with INTERNAL': () => ({
      read: () => {
        throw new KeywardError('INTERNAL', 'a defect')
      },
    }),
    'ended with VERIFICATION_FAILED': () => ({
      verify: () => {
        throw new KeywardError('VERIFICATION_FAILED', 'of the bytes that were just signed')
      },
    }),
    'left a rejection to nobody': (real) => ({
      accounts: (given) => {
        void Promise.reject(new Error('forgotten'))
        return real.accounts(given)
      },
    }),
    'every time over 100 ms': (real) => ({
      read: (pending, network) => {
        work(150)
        return real.read(pending, network)
      },
    }),
  }
  for (const [message, defect] of Object.entries(defects)) {
    it(`notices a chain that ${message}`, async () => {
      expect(await failureOf(withDefect(defect))).to.include(message)
    })
  }

  it('notices a chain that changes what all objects share', async () => {
    const polluting = withDefect((real) => ({
      read: (pending, network) => {
        Object.assign(Object.prototype, { polluted: 1 })
        return real.read(pending, network)
      },
    }))
    try {
      expect(await failureOf(polluting)).to.include('a prototype that all objects share was changed')
    } finally {
      Reflect.deleteProperty(Object.prototype, 'polluted')
    }
  })

  it('notices a verifier that takes other bytes than the signed ones', async () => {
    const flip = { target: 'signed', mutations: [{ kind: 'flip', at: 3, pick: 0, size: 0 }] } as const
    expect(await failureOf(model, flip)).to.equal('nothing was found')
    const blind = withDefect(() => ({ verify: () => undefined }))
    expect(await failureOf(blind, flip)).to.include('took bytes that were not signed')
  })

  it('does not blame a chain that was slow once', async () => {
    let ms = 150
    const slowOnce = withDefect((real) => ({
      read: (pending, network) => {
        work(ms)
        ms = 0
        return real.read(pending, network)
      },
    }))
    expect(await failureOf(slowOnce)).to.equal('nothing was found')
  })

  it('finds a defect that only damage shows, and tells the seed and a small input that shows it', async () => {
    const fragile = withDefect((real) => ({
      read: (pending, network) => {
        if (pending.serializedTransaction.includes('__proto__')) throw new TypeError('not expected')
        return real.read(pending, network)
      },
    }))
    const failure = await fuzz(fragile, { seed: 5, inputs: 3000 }).then(
      () => '',
      (error: unknown) => String(error),
    )
    expect(failure).to.include('seed 5').and.include('threw TypeError').and.include('__proto__')
    const printed = JSON.parse(failure.split('\n')[1] ?? '') as FuzzInput
    expect(printed.mutations.length).to.be.at.most(2)
    expect(await failureOf(fragile, printed)).to.include('threw TypeError')
  })

  it('tries the same inputs in the same order when the seed is the same', async () => {
    const tried = async (): Promise<string[]> => {
      const inputs: string[] = []
      await fuzz(model, { seed: 9, inputs: 60, before: (given) => inputs.push(JSON.stringify(given)) })
      return inputs
    }
    expect(await tried()).to.deep.equal(await tried())
  })

  it('refuses to start when a family of the registry has nothing to start from', () => {
    const registry = createChainRegistry()
    const seeds = loadSeeds().filter(({ chain }) => chain !== 'XRP')
    expect(() => loadFamilies(registry, seeds)).to.throw('no seed for the family "xrp"')
  })
})
