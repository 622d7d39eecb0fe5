import type { Clock } from '../../core/clock.js'
import { asKeywardError, KeywardError } from '../../core/errors.js'
import type { SignatureId } from '../../core/ids.js'
import type { Log } from '../../core/log.js'
import type { Secret } from '../../core/secret.js'
import { walletExists } from '../common/wallet-errors.js'
import {
  BURIED_AT_MS,
  claimDigest,
  claimsOf,
  claimTags,
  confirmedVersion,
  decided,
  isBuried,
  labelsOfTags,
  stateOf,
  UNBURIED_AT_MS,
} from './claims.js'
import type { Claim, ClaimState } from './claims.js'
import type { Tags, VaultClient } from './vault-client.js'

/** How long a creator waits for others who create the same wallet: each of their steps takes a request. */
const PATIENCE_MS = 20_000
const LOOK_EVERY_MS = 250
/** A creation that has not gone on for so long was interrupted for good. Nothing breaks if it was not: see `#bury`. */
export const ABANDONED_AFTER_MS = 15 * 60_000

export interface NewSecret {
  readonly signatureId: SignatureId
  readonly name: string
  readonly value: Secret
  readonly labels: Tags
}

export interface CreationTools {
  readonly client: Pick<VaultClient, 'put' | 'change' | 'versions' | 'read'>
  readonly clock: Clock
  readonly log: Log
}

interface Standing {
  readonly mine: Claim | undefined
  readonly others: readonly Claim[]
  readonly winner: Claim | undefined
  readonly all: readonly Claim[]
}

/**
 * Creates a secret that nobody else creates at the same time, or loses to whoever does. claims.ts says why two never both succeed; it holds whatever is slow, repeated,
 * lost or killed. Called again with the same value it goes on where it stopped.
 */
export class Creation {
  readonly #digest: string

  constructor(
    private readonly secret: NewSecret,
    private readonly tools: CreationTools,
  ) {
    this.#digest = claimDigest(secret.value)
  }

  /** @throws KeywardError WALLET_EXISTS, WALLET_DELETED, BACKEND_* */
  async run(): Promise<void> {
    const before = await this.#look()
    if (before.winner !== undefined) {
      this.#accept(before.winner)
      return
    }
    if (before.mine === undefined) {
      await this.#makeRoom(before.others)
      await this.tools.client.put(this.secret.name, this.secret.value, this.#tags('creating'))
    }
    await this.#contend()
  }

  async #contend(): Promise<void> {
    const { mine, others, winner } = await this.#look()
    if (mine === undefined) throw this.#vanished()
    if (winner !== undefined || mine.state !== 'creating') {
      await this.#settle()
    } else if (others.length === 0) {
      await this.#confirm(mine)
    } else {
      const marked = others.some(({ state }) => state !== 'creating')
      await this.#mark(mine, marked ? 'late' : 'contested')
      await this.#settle()
    }
  }

  /** Waits until it is clear who wins. */
  async #settle(): Promise<void> {
    const endsAt = this.tools.clock.now() + PATIENCE_MS
    do {
      const { mine, winner, all } = await this.#look()
      if (mine === undefined && winner === undefined) throw this.#vanished()
      if (winner !== undefined) {
        await this.#restore()
        this.#accept(winner)
        return
      }
      if (mine !== undefined && decided(all) === this.#digest) {
        await this.#confirm(mine)
        await this.#restore()
        return
      }
      await this.tools.clock.sleep(LOOK_EVERY_MS)
    } while (this.tools.clock.now() < endsAt)
    throw this.#unfinished()
  }

  /** @throws KeywardError WALLET_EXISTS when it is another's. */
  #accept(winner: Claim): void {
    if (winner.digest !== this.#digest) throw walletExists(this.secret.signatureId)
  }

  async #confirm(mine: Claim): Promise<void> {
    const version = mine.versions[0]?.version ?? ''
    const now = await this.tools.client.change(this.secret.name, version, { tags: this.#tags('confirmed') })
    if (isBuried(now)) throw this.#vanished()
  }

  /** All versions that are listed: one that a repeat adds later does not change the state of the claim. */
  async #mark(mine: Claim, state: ClaimState): Promise<void> {
    const tags = this.#tags(state)
    for (const { version } of mine.versions) await this.tools.client.change(this.secret.name, version, { tags })
  }

  /**
   * Makes the winner's value the current version again if one that is not confirmed covers it. Readers find the winner either way, by looking at all versions; this spares
   * them that, and other tools, which only know the current one. So a failure is told in the log alone.
   */
  async #restore(): Promise<void> {
    const { client, log } = this.tools
    const { name, signatureId } = this.secret
    try {
      const versions = await client.versions(name)
      const winner = confirmedVersion(versions)
      const current = await client.read(name)
      current.value.wipe()
      if (winner === undefined || stateOf(current) === 'confirmed') return
      const kept = await client.read(name, winner.version)
      try {
        const digest = claimDigest(kept.value)
        await client.put(name, kept.value, claimTags(labelsOfTags(winner.tags), digest, 'confirmed'))
      } finally {
        kept.value.wipe()
      }
      log.info('wallet.uncovered', { signatureId })
    } catch (thrown) {
      const error = asKeywardError(thrown)
      log.warn('wallet.covered', { signatureId, code: error.code, reason: error.message })
    }
  }

  /** Before the first write: buries what was abandoned long ago, and waits for what is under way. @throws KeywardError WALLET_EXISTS, BACKEND_CONFLICT */
  async #makeRoom(others: readonly Claim[]): Promise<void> {
    const now = this.tools.clock.now()
    const startedAt = (claim: Claim): number => Math.max(...claim.versions.map(({ createdAtMs }) => createdAtMs))
    if (others.some((claim) => now - startedAt(claim) < ABANDONED_AFTER_MS)) {
      await this.#awaitOthers()
      return
    }
    for (const claim of others) await this.#bury(claim)
  }

  /** Switches an abandoned claim off. Its creator, should it wake up, can then not confirm it: the confirmation shows that the version is buried. */
  async #bury({ versions }: Claim): Promise<void> {
    const { client, log } = this.tools
    const { name, signatureId } = this.secret
    for (const { version } of versions) {
      const now = await client.change(name, version, { enabled: false, notBeforeMs: BURIED_AT_MS })
      if (stateOf(now) === 'confirmed') {
        // It was confirmed between our look and now: it is a wallet.
        await client.change(name, version, { enabled: true, notBeforeMs: UNBURIED_AT_MS })
        throw walletExists(signatureId)
      }
    }
    log.info('wallet.abandoned', { signatureId, versions: versions.length })
  }

  async #awaitOthers(): Promise<never> {
    const endsAt = this.tools.clock.now() + PATIENCE_MS
    while (this.tools.clock.now() < endsAt) {
      await this.tools.clock.sleep(LOOK_EVERY_MS)
      if ((await this.#look()).winner !== undefined) throw walletExists(this.secret.signatureId)
    }
    throw this.#unfinished()
  }

  async #look(): Promise<Standing> {
    const all = claimsOf(await this.tools.client.versions(this.secret.name))
    const mine = all.find(({ digest }) => digest === this.#digest)
    return {
      all,
      mine,
      others: all.filter((claim) => claim !== mine),
      winner: all.find(({ state }) => state === 'confirmed'),
    }
  }

  #tags(state: ClaimState): Tags {
    return claimTags(this.secret.labels, this.#digest, state)
  }

  #unfinished(): KeywardError {
    const { signatureId, name } = this.secret
    return new KeywardError(
      'BACKEND_CONFLICT',
      `another creation of wallet ${signatureId} has begun and does not end`,
      {
        advice: `Nothing was stored. Repeat a quarter of an hour after it began, when it counts as given up, or delete and purge the secret ${name}.`,
        context: { signatureId },
      },
    )
  }

  #vanished(): KeywardError {
    const { signatureId } = this.secret
    return new KeywardError('BACKEND_CONFLICT', `wallet ${signatureId} was taken away while it was being created`, {
      advice: 'Nothing was stored. Look what else works with this vault, and repeat.',
      context: { signatureId },
    })
  }
}
