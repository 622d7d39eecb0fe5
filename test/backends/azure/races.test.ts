import { expect } from 'chai'
import fc from 'fast-check'
import { AzureStore } from '../../../src/backends/azure/azure-store.js'
import { claimDigest } from '../../../src/backends/azure/claims.js'
import { ABANDONED_AFTER_MS } from '../../../src/backends/azure/creation.js'
import type { Clock } from '../../../src/core/clock.js'
import { KeywardError } from '../../../src/core/errors.js'
import { Secret } from '../../../src/core/secret.js'
import { MemoryVault, MemoryVaultClient } from '../../kit/azure/memory-vault.js'
import type { Turns } from '../../kit/azure/memory-vault.js'
import { RecordingLog } from '../../kit/recording-log.js'
import { numberedId } from '../../kit/sample-wallets.js'
import { SleepingClock } from '../../kit/sleeping-clock.js'

const ID = numberedId(7)
const CONFIG = { vaultUrl: 'https://payments.vault.azure.net', prefix: 'keyward', limits: {}, timeouts: {} }

/** What became of one creator. */
type End = 'acknowledged' | 'refused' | 'killed'

interface Creator {
  readonly text: string
  readonly end: Promise<End>
}

/**
 * Hands each request of each creator its turn in the order that `choices` says. A creator that runs out of its `lives` is killed: its next request never comes.
 */
class ChosenTurns implements Turns {
  readonly #waiting: { who: number; go: () => void }[] = []
  #chosen = 0

  constructor(
    private readonly choices: readonly number[],
    private readonly lives: readonly number[],
  ) {}

  readonly #used = new Map<number, number>()

  take(who: number): Promise<void> {
    const used = this.#used.get(who) ?? 0
    this.#used.set(who, used + 1)
    if (used >= (this.lives[who] ?? Infinity)) return new Promise(() => undefined)
    return new Promise((go) => this.#waiting.push({ who, go }))
  }

  /** Until nobody asks for a turn any more. */
  async run(): Promise<void> {
    for (let quiet = 0; quiet < 20;) {
      await new Promise((resolve) => setImmediate(resolve))
      if (this.#waiting.length === 0) {
        quiet += 1
        continue
      }
      quiet = 0
      if (this.#chosen > 5000) throw new Error('they go on for ever')
      const choice = this.choices[this.#chosen % Math.max(1, this.choices.length)] ?? 0
      this.#chosen += 1
      this.#waiting.splice(choice % this.#waiting.length, 1)[0]?.go()
    }
  }
}

/** Time stands still, so nobody runs out of patience, and everything happens within one of the vault's seconds. */
const still: Clock = { now: () => Date.parse('2026-01-01T00:00:00Z'), sleep: () => Promise.resolve() }

const storeOf = (vault: MemoryVault, who = 0, turns?: Turns, clock = still): AzureStore =>
  new AzureStore(CONFIG, { client: new MemoryVaultClient(vault, who, turns), clock, log: new RecordingLog() })

async function readText(store: AzureStore): Promise<string | undefined> {
  const found = (await store.read([ID])).get(ID)
  if (found instanceof Secret) return found.text()
  if (found?.code !== 'WALLET_NOT_FOUND') throw new Error(`unexpected ${found?.code ?? 'nothing'}`)
  return undefined
}

function begin(vault: MemoryVault, turns: Turns, who: number, text: string, lost: boolean): Creator {
  // A creator that gives up after a lost answer leaves the others waiting for it, so these run out of patience.
  const store = storeOf(vault, who, turns, lost ? new SleepingClock() : still)
  const create = (): Promise<void> => store.create(ID, Secret.fromText(text), { app: 'keyward' })
  const work = async (): Promise<End> => {
    try {
      await create()
    } catch (thrown) {
      if (!(thrown instanceof KeywardError)) throw thrown
      if (!lost) return 'refused'
      // As RemoteBackend and its callers do: the same value once more.
      return create().then(
        () => 'acknowledged',
        () => 'refused',
      )
    }
    return 'acknowledged'
  }
  return { text, end: work() }
}

const unlessKilled = async (end: Promise<End>): Promise<End> =>
  Promise.race([end, new Promise<End>((resolve) => setImmediate(resolve, 'killed'))])

interface Race {
  readonly creators: number
  readonly choices: readonly number[]
  readonly lives: readonly number[]
  readonly losses: readonly number[]
}

/** Creators of one id, each with a value of its own, whose requests interleave as chosen. */
async function race({
  creators,
  choices,
  lives,
  losses,
}: Race): Promise<{ vault: MemoryVault; ends: End[]; texts: string[] }> {
  const vault = new MemoryVault(() => still.now())
  vault.losses = [...losses]
  const turns = new ChosenTurns(choices, lives)
  const begun = Array.from({ length: creators }, (_, who) =>
    begin(vault, turns, who, `value of ${who}`, losses.length > 0),
  )
  await turns.run()
  const ends = await Promise.all(begun.map(({ end }) => unlessKilled(end)))
  vault.losses = []
  return { vault, ends, texts: begun.map(({ text }) => text) }
}

const choices = fc.array(fc.nat(5), { minLength: 1, maxLength: 120 })
const lives = fc.array(fc.nat(9), { minLength: 5, maxLength: 5 })
const RUNS = { numRuns: 400 }

describe('azure: creators of one id at the same time', () => {
  it('has exactly one winner, whatever the order of their requests, and its value is current', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 2, max: 5 }), choices, async (creators, order) => {
        const { vault, ends, texts } = await race({ creators, choices: order, lives: [], losses: [] })
        expect(ends.filter((end) => end === 'acknowledged')).to.have.length(1)
        expect(ends.filter((end) => end === 'refused')).to.have.length(creators - 1)
        const winner = texts[ends.indexOf('acknowledged')]
        expect(await readText(storeOf(vault))).to.equal(winner)
        expect(vault.current(`keyward-${ID}`)?.value, 'what other tools see').to.equal(winner)
      }),
      RUNS,
    )
  })

  it('acknowledges at most one when some are killed at any request, and never loses that one', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 5 }), choices, lives, async (creators, order, left) => {
        const { vault, ends, texts } = await race({ creators, choices: order, lives: left, losses: [] })
        const acknowledged = texts.filter((_, who) => ends[who] === 'acknowledged')
        expect(acknowledged.length).to.be.at.most(1)
        const kept = await readText(storeOf(vault))
        if (acknowledged.length === 1) expect(kept).to.equal(acknowledged[0])
        // One that was killed after its confirmation has created its wallet, too; there is never more than one.
        if (kept !== undefined) expect(texts).to.include(kept)
      }),
      RUNS,
    )
  })

  it('tells at most one creator that it succeeded when answers are lost and requests repeated', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        choices,
        fc.array(fc.nat(30), { minLength: 1, maxLength: 5 }),
        async (creators, order, losses) => {
          const { vault, ends, texts } = await race({ creators, choices: order, lives: [], losses })
          const acknowledged = texts.filter((_, who) => ends[who] === 'acknowledged')
          expect(acknowledged.length).to.be.at.most(1)
          if (acknowledged.length === 1) expect(await readText(storeOf(vault))).to.equal(acknowledged[0])
        },
      ),
      RUNS,
    )
  })

  it('keeps what an acknowledged creator stored while a slow one writes over it, and is killed', async () => {
    const vault = new MemoryVault(() => still.now())
    // It has looked and found nothing, when the other begins and ends; then it writes, and that is all it ever does.
    const pause = new PausedTurns(1)
    const slow = begin(vault, pause, 0, 'of the slow one', false)
    await pause.reached()
    await storeOf(vault, 1).create(ID, Secret.fromText('of the quick one'), {})
    const last = new ChosenTurns([0], [1])
    pause.wake(last)
    await last.run()
    expect(await unlessKilled(slow.end)).to.equal('killed')
    expect(vault.current(`keyward-${ID}`)?.value, 'what covers it').to.equal('of the slow one')
    expect(await readText(storeOf(vault))).to.equal('of the quick one')
  })
})

/** Hands out turns in the order of a script, and then as they come. */
class ScriptedTurns implements Turns {
  readonly #waiting = new Map<number, () => void>()

  constructor(private readonly script: readonly number[]) {}

  take(who: number): Promise<void> {
    return new Promise((go) => this.#waiting.set(who, go))
  }

  async run(): Promise<void> {
    for (const who of this.script) expect(await this.#next(who), 'somebody is out of step').to.equal(true)
    while (await this.#next(undefined));
  }

  async #next(wanted: number | undefined): Promise<boolean> {
    for (let quiet = 0; quiet < 20; quiet += 1) {
      await new Promise((resolve) => setImmediate(resolve))
      const who = wanted ?? this.#waiting.keys().next().value
      const go = who === undefined ? undefined : this.#waiting.get(who)
      if (who === undefined || go === undefined) continue
      this.#waiting.delete(who)
      go()
      return true
    }
    return false
  }
}

describe('azure: a third creator that comes when two have already agreed', () => {
  it('does not win, even with the digest that would win among equals', async () => {
    const byDigest = (text: string): string => claimDigest(Secret.fromText(text))
    const texts = ['a', 'b', 'c'].sort((left, right) => (byDigest(left) < byDigest(right) ? -1 : 1))
    const [smallest = '', middle = '', largest = ''] = texts
    const vault = new MemoryVault(() => still.now())
    // Requests of a creator in a contest: look, write, look, mark, look, confirm. 0 and 1 agree on 1, which has not confirmed when 2 comes.
    const [first, agreed, third] = [0, 1, 2]
    const turns = new ScriptedTurns([
      ...[first, agreed, third],
      ...[first, agreed, first, agreed, first, agreed],
      agreed,
      ...[third, third, third, third],
      ...[agreed, third],
    ])
    const ends = [largest, middle, smallest].map((text, who) => begin(vault, turns, who, text, false).end)
    await turns.run()
    expect(await Promise.all(ends)).to.deep.equal(['refused', 'acknowledged', 'refused'])
    expect(await readText(storeOf(vault))).to.equal(middle)
  })
})

describe('azure: creations that were interrupted', () => {
  /** A creator that is killed between its write and its confirmation. */
  async function leftover(clock: SleepingClock): Promise<MemoryVault> {
    const vault = new MemoryVault(() => clock.now())
    const turns = new ChosenTurns([0], [2])
    void begin(vault, turns, 0, 'never finished', false)
    await turns.run()
    expect(vault.versions(`keyward-${ID}`)).to.have.length(1)
    return vault
  }

  const names = async (store: AzureStore): Promise<string[]> => {
    const found: string[] = []
    for await (const { signatureId } of store.names()) found.push(signatureId)
    return found
  }

  it('leave no wallet: neither read nor listed', async () => {
    const vault = await leftover(new SleepingClock())
    expect(await readText(storeOf(vault))).to.equal(undefined)
    expect(await names(storeOf(vault))).to.deep.equal([])
  })

  it('are finished by a repeat with the same value', async () => {
    const vault = await leftover(new SleepingClock())
    await storeOf(vault).create(ID, Secret.fromText('never finished'), {})
    expect(await readText(storeOf(vault))).to.equal('never finished')
    expect(vault.versions(`keyward-${ID}`)).to.have.length(1)
  })

  it('are respected for a while, as they may be going on, and then taken over', async () => {
    const clock = new SleepingClock()
    const vault = await leftover(clock)
    const store = storeOf(vault, 1, undefined, clock)
    const refused = await store.create(ID, Secret.fromText('another'), {}).catch((thrown: unknown) => thrown)
    expect(refused).to.be.instanceOf(KeywardError).with.property('code', 'BACKEND_CONFLICT')
    expect(await readText(store)).to.equal(undefined)
    clock.time += ABANDONED_AFTER_MS
    await store.create(ID, Secret.fromText('another'), {})
    expect(await readText(store)).to.equal('another')
    expect(await names(store)).to.deep.equal([ID])
  })

  it('cannot be finished any more once another creator has taken over, however late they wake up', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 5 }), choices, async (before, order) => {
        const clock = new SleepingClock()
        const vault = new MemoryVault(() => clock.now())
        const pause = new PausedTurns(before)
        const sleeper = begin(vault, pause, 0, 'of the sleeper', false)
        await pause.reached()
        clock.time += 2 * ABANDONED_AFTER_MS
        const turns = new ChosenTurns(order, [])
        const taker = storeOf(vault, 1, turns, clock)
          .create(ID, Secret.fromText('of the taker'), {})
          .then(
            (): End => 'acknowledged',
            (): End => 'refused',
          )
        pause.wake(turns)
        await turns.run()
        const ends = [await sleeper.end, await taker]
        expect(ends.filter((end) => end === 'acknowledged').length).to.be.at.most(1)
        const kept = await readText(storeOf(vault))
        if (ends[0] === 'acknowledged') expect(kept).to.equal('of the sleeper')
        if (ends[1] === 'acknowledged') expect(kept).to.equal('of the taker')
      }),
      RUNS,
    )
  })
})

/** Lets a creator make some requests at once, stops it, and hands it over to other turns when it wakes up. */
class PausedTurns implements Turns {
  #left: number
  #paused: (() => void) | undefined
  #wakened: Turns | undefined
  #reach: (() => void) | undefined
  readonly #reached = new Promise<void>((resolve) => {
    this.#reach = resolve
  })

  constructor(before: number) {
    this.#left = before
  }

  async take(who: number): Promise<void> {
    if (this.#wakened !== undefined) {
      await this.#wakened.take(who)
      return
    }
    if (this.#left > 0) {
      this.#left -= 1
      return
    }
    this.#reach?.()
    await new Promise<void>((resolve) => {
      this.#paused = resolve
    })
    await this.#later(who)
  }

  async #later(who: number): Promise<void> {
    await this.#wakened?.take(who)
  }

  /** Resolves when it is stopped, or has ended before. */
  reached(): Promise<void> {
    return Promise.race([this.#reached, new Promise<void>((resolve) => setTimeout(resolve, 5))])
  }

  wake(turns: Turns): void {
    this.#wakened = turns
    this.#paused?.()
  }
}
