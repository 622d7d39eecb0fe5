import { setImmediate as turn } from 'node:timers/promises'
import fc from 'fast-check'
import type { Chain } from '../../src/core/chain.js'
import { signatureIdSchema } from '../../src/core/ids.js'
import type { SignatureId } from '../../src/core/ids.js'
import { REPAIRS } from './beyond-vectors.js'
import { parseJson } from '../../src/tatum/error-words.js'
import { FakeNetwork, hostsOf } from './fake-network.js'
import { codeOfSeed, networkOfSeed, Wallets } from './family.js'
import type { Family } from './family.js'
import { mutate, mutationArbitrary } from './mutations.js'
import type { Mutation } from './mutations.js'
import type { Seed } from './seeds.js'
import { Defect, walk } from './walk.js'
import type { Step, Walked } from './walk.js'

/** What is damaged: the request, the item around it, what the network answers, or the signed bytes that the verifier is shown. */
type Target = 'transaction' | 'item' | 'answer' | 'signed'

/** One input, as data: everything else follows from it. */
export interface FuzzInput {
  readonly seed: number
  /** 0: the seed's own chain; otherwise one of its family, to which the same request is brought. */
  readonly chain: number
  readonly target: Target
  /** Make checksums right again after the damage, so that it is looked at behind them. */
  readonly repair: boolean
  readonly mutations: readonly Mutation[]
}

export interface FuzzOptions {
  /** Every run with the same seed tries the same inputs in the same order. */
  readonly seed: number
  readonly inputs?: number
  /** When to stop, in the midst of shrinking too. */
  readonly seconds?: number
  /** Told of each input before it is tried, for those that end the process. */
  readonly before?: (input: FuzzInput) => void
}

/** How many inputs ended where: by step and code. */
export type FuzzCounts = ReadonlyMap<string, number>

const LIMIT_MS = 100
const REPEATS = 3
/** Signed bytes are our own: no chain lets longer ones through. */
const MAX_SIGNED = 200_000
/** The signing of a transaction that was accepted, and its check, take as long as it has inputs and bytes; but not as long as they like. */
const SIGNING_LIMIT_MS = 2000
const limitOf = (step: Step): number => (step === 'sign' || step === 'verify' ? SIGNING_LIMIT_MS : LIMIT_MS)

const UNDAMAGED: FuzzInput = { seed: 0, chain: 0, target: 'transaction', repair: false, mutations: [] }

const weighted = (weight: number, target: Target) => ({ weight, arbitrary: fc.constant(target) })
const inputArbitrary: fc.Arbitrary<FuzzInput> = fc.record({
  seed: fc.nat({ max: 0xffff }),
  chain: fc.oneof({ weight: 7, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat({ max: 0xffff }) }),
  target: fc.oneof(weighted(14, 'transaction'), weighted(3, 'signed'), weighted(2, 'answer'), weighted(1, 'item')),
  repair: fc.boolean(),
  mutations: fc.array(mutationArbitrary, { minLength: 1, maxLength: 5, size: 'max' }),
})

/** Tries damaged inputs on the chains of a family. @throws Error with the seed and the smallest input found that breaks a promise. */
export async function fuzz(
  family: Family,
  { seed, inputs = Number.MAX_SAFE_INTEGER, seconds = 60, before }: FuzzOptions,
): Promise<FuzzCounts> {
  const trial = new Trial(family)
  const property = fc.asyncProperty(inputArbitrary, async (input) => {
    before?.(input)
    await trial.run(input)
  })
  const undamaged = family.seeds.map((_seed, place): [FuzzInput] => [{ ...UNDAMAGED, seed: place }])
  const details = await fc.check(property, {
    seed,
    numRuns: inputs,
    examples: undamaged,
    interruptAfterTimeLimit: seconds * 1000,
    markInterruptAsFailure: false,
  })
  if (details.failed) {
    throw new Error(await report(trial, seed, details.counterexample?.[0], details.errorInstance), {
      cause: details.errorInstance,
    })
  }
  return trial.counts
}

async function report(trial: Trial, seed: number, input: FuzzInput | undefined, error: unknown): Promise<string> {
  const message = error instanceof Error ? error.message : String(error)
  const text = input === undefined ? '' : await trial.describe(input)
  return `${trial.family.name}, seed ${seed}: ${message}\n${JSON.stringify(input)}\n${text}`
}

/** Tries single inputs, and remembers what is costly to make. */
export class Trial {
  readonly counts = new Map<string, number>()
  readonly #wallets = new Map<string, Wallets>()
  readonly #globals = globalsNow()

  constructor(readonly family: Family) {}

  /** @throws Defect */
  async run(input: FuzzInput): Promise<void> {
    const rejections: unknown[] = []
    const listener = (reason: unknown): void => void rejections.push(reason)
    process.on('unhandledRejection', listener)
    try {
      const walked = await this.#walk(input).finally(() => this.#requireUnpolluted())
      // Promises that nobody waited for are noticed at the end of a turn.
      await turn()
      const [rejection] = rejections
      if (rejections.length > 0)
        throw new Defect(walked.step, `left a rejection to nobody: ${String(rejection)}`, rejection)
      await this.#requireFast(input, walked)
      const name = walked.code === undefined ? walked.step : `${walked.step} ${walked.code}`
      this.counts.set(name, (this.counts.get(name) ?? 0) + 1)
    } finally {
      process.off('unhandledRejection', listener)
    }
  }

  /** The damaged request, for a report. */
  async describe(input: FuzzInput): Promise<string> {
    const { seed, item } = await this.#prepare(input)
    return `of ${seed.name}: ${JSON.stringify(item).slice(0, 4000)}`
  }

  async #walk(input: FuzzInput): Promise<Walked> {
    const { chain, seed, item, wallets } = await this.#prepare(input)
    const { mutations, target } = input
    const { texts } = this.family
    const network = networkOfSeed(seed)
    const exchanges = this.family.exchangesOf(seed)
    const fake = new FakeNetwork({
      exchanges,
      hosts: hostsOf(chain, network),
      signerAddress: (signer) => wallets.key(signer).address,
      damage: (answer) => (target === 'answer' ? parsed(mutate(JSON.stringify(answer), mutations, texts)) : answer),
    })
    return walk({
      ...{ chain, network, item, wallets: wallets.descriptors },
      lookups: fake.lookups,
      lookupMs: () => fake.ownMs,
      keyOf: (signer) => wallets.key(signer),
      damageSigned: (raw) => (target === 'signed' ? mutate(raw, mutations, texts).slice(0, MAX_SIGNED) : raw),
    })
  }

  async #prepare(input: FuzzInput): Promise<{ chain: Chain; seed: Seed; item: unknown; wallets: Wallets }> {
    const { family } = this
    const seed = family.seeds[input.seed % family.seeds.length]
    if (seed === undefined) throw new Error('the family has no seed')
    const code = input.chain === 0 ? undefined : family.chains[input.chain % family.chains.length]
    const chain = await family.load(code ?? codeOfSeed(seed))
    // A text that stands alone is brought by the first case of its chain.
    const host =
      seed.item === undefined
        ? family.seeds.find((other) => other.chain === seed.chain && other.item !== undefined)
        : seed
    if (host?.item === undefined) throw new Error(`${seed.chain} has no whole case`)
    return { chain, seed, item: this.#itemOf(input, chain, seed, host), wallets: this.#walletsOf(chain, host) }
  }

  #itemOf({ target, mutations, repair }: FuzzInput, chain: Chain, seed: Seed, { item }: Seed): unknown {
    const { texts, name } = this.family
    const damaged = target === 'transaction' ? mutate(seed.text, mutations, texts) : seed.text
    const text = repair ? (REPAIRS.get(name)?.(damaged) ?? damaged) : damaged
    const whole = { ...item, chain: chain.definition.code, serializedTransaction: text }
    return target === 'item' ? parsed(mutate(JSON.stringify(whole), mutations, texts)) : whole
  }

  #walletsOf(chain: Chain, host: Seed): Wallets {
    const name = `${chain.definition.code} ${host.name}`
    const known = this.#wallets.get(name)
    if (known !== undefined) return known
    const wallets = new Wallets(chain, networkOfSeed(host), host, firstId(host))
    this.#wallets.set(name, wallets)
    return wallets
  }

  /** A step is slow when it is slow every time: other programs on the machine are not the chain's fault. */
  async #requireFast(input: FuzzInput, first: Walked): Promise<void> {
    let slow = [...first.times.keys()].filter((step) => isSlow(first, step))
    for (let repeat = 0; repeat < REPEATS && slow.length > 0; repeat++) {
      const again = await this.#walk(input)
      slow = slow.filter((step) => isSlow(again, step))
    }
    const [step] = slow
    if (step !== undefined)
      throw new Defect(
        step,
        `took ${Math.round(first.times.get(step) ?? 0)} ms, and every time over ${limitOf(step)} ms`,
      )
  }

  /** Looked at whatever happened: one defect may be the cause of the other. */
  #requireUnpolluted(): void {
    if (globalsNow() !== this.#globals) throw new Error('a prototype that all objects share was changed')
  }
}

const isSlow = ({ times }: Walked, step: Step): boolean => (times.get(step) ?? 0) > limitOf(step)

const SHARED = [Object, Array, Function, String, Number, Map, Promise, Uint8Array, Buffer].map(
  (constructor) => constructor.prototype as object,
)
const globalsNow = (): string => SHARED.map((prototype) => Reflect.ownKeys(prototype).length).join()

function firstId({ item }: Seed): SignatureId {
  const { hashes, signatures } = item as { hashes?: unknown[]; signatures?: { id: unknown }[] }
  return signatureIdSchema.parse(hashes?.[0] ?? signatures?.[0]?.id)
}

/** What the HTTP client would hand on: JSON, or nothing. */
const parsed = (text: string): unknown => parseJson(Buffer.from(text))?.value
