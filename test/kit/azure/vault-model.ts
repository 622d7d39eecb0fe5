import { randomBytes } from 'node:crypto'

export interface ModelVersion {
  readonly id: string
  readonly value: string
  readonly contentType: string | undefined
  readonly created: number
  updated: number
  enabled: boolean
  nbf: number | undefined
  exp: number | undefined
  tags: Record<string, string> | undefined
}

export interface ModelSecret {
  /** As it was written first; names are compared without regard to case. */
  readonly name: string
  readonly versions: ModelVersion[]
  deletedAt: number | undefined
  /** Looks at the deleted secret, and writes of its name, that still find the deletion going on. */
  deletionSteps: number
  /** Looks at the secret that still find the recovery going on. */
  recoverySteps: number
}

export const RECOVERABLE_DAYS = 90

/** What a vault keeps, and in which phase of its life each secret is. Phases end after a number of looks and not after a time, so that tests wait for nothing. */
export class VaultModel {
  readonly #secrets = new Map<string, ModelSecret>()
  /** Keys of the secrets that are listed, in order. */
  #order: string[] = []
  /** Names that were purged a moment ago, and how many writes still find them busy. */
  readonly #purged = new Map<string, number>()

  constructor(
    readonly settings: {
      now: () => number
      deletionSteps: number
      recoverySteps: number
      purgeSteps: number
    } = { now: Date.now, deletionSteps: 1, recoverySteps: 1, purgeSteps: 0 },
  ) {}

  get size(): number {
    return this.#order.length
  }

  /** Whole seconds, as the service tells them. */
  seconds(): number {
    return Math.floor(this.settings.now() / 1000)
  }

  find(name: string): ModelSecret | undefined {
    return this.#secrets.get(name.toLowerCase())
  }

  put(
    name: string,
    given: {
      value: string
      contentType?: string
      enabled?: boolean
      nbf?: number
      exp?: number
      tags?: Record<string, string>
    },
  ): ModelVersion {
    const key = name.toLowerCase()
    const secret = this.#secrets.get(key) ?? {
      ...{ name, versions: [], deletedAt: undefined },
      ...{ deletionSteps: 0, recoverySteps: 0 },
    }
    const now = this.seconds()
    const version: ModelVersion = {
      id: randomBytes(16).toString('hex'),
      value: given.value,
      contentType: given.contentType,
      ...{ created: now, updated: now },
      enabled: given.enabled ?? true,
      nbf: given.nbf,
      exp: given.exp,
      tags: given.tags,
    }
    secret.versions.push(version)
    if (!this.#secrets.has(key)) {
      this.#secrets.set(key, secret)
      this.#insert(key)
    }
    return version
  }

  delete(secret: ModelSecret): void {
    secret.deletedAt = this.seconds()
    secret.deletionSteps = this.settings.deletionSteps
    this.#order.splice(this.#position(secret.name.toLowerCase()), 1)
  }

  recover(secret: ModelSecret): void {
    secret.deletedAt = undefined
    secret.recoverySteps = this.settings.recoverySteps
    this.#insert(secret.name.toLowerCase())
  }

  purge(secret: ModelSecret): void {
    this.#secrets.delete(secret.name.toLowerCase())
    this.#purged.set(secret.name.toLowerCase(), this.settings.purgeSteps)
  }

  /** Counts down: is the name still busy after its purge? */
  stillPurging(name: string): boolean {
    const left = this.#purged.get(name.toLowerCase()) ?? 0
    if (left <= 0) return false
    this.#purged.set(name.toLowerCase(), left - 1)
    return true
  }

  /** Secrets in order of their names, after `last`. */
  page(last: string, size: number): readonly ModelSecret[] {
    const from = last === '' ? 0 : this.#position(`${last.toLowerCase()}\0`)
    const keys = this.#order.slice(from, from + size)
    return keys.flatMap((key) => this.#secrets.get(key) ?? [])
  }

  #insert(key: string): void {
    this.#order.splice(this.#position(key), 0, key)
  }

  /** Where a key is or would be, by bisection. */
  #position(key: string): number {
    let [low, high] = [0, this.#order.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#order[middle] ?? '') < key) low = middle + 1
      else high = middle
    }
    return low
  }
}
