import { KeywardError } from '../../core/errors.js'
import { addressOf, KEY_BYTES } from './address.js'
import type { MsgMap, MsgValue } from './msgpack.js'

/** Members of a transaction as they stand in its bytes. Remembers which ones were looked at, so that none goes unexplained. @throws KeywardError TRANSACTION_MALFORMED for a member of another type. */
export class WireMembers {
  readonly #read = new Set<string>()
  readonly #nested = new Map<string, WireMembers>()

  constructor(private readonly map: MsgMap) {}

  uint(name: string): bigint {
    const value = this.#value(name) ?? 0n
    if (typeof value === 'bigint') return value
    throw malformed(name)
  }

  text(name: string): string {
    const value = this.#value(name) ?? ''
    if (typeof value === 'string') return value
    throw malformed(name)
  }

  flag(name: string): boolean {
    const value = this.#value(name) ?? false
    if (typeof value === 'boolean') return value
    throw malformed(name)
  }

  /** Empty when absent. */
  bytes(name: string): Uint8Array {
    const value = this.#value(name) ?? new Uint8Array()
    if (value instanceof Uint8Array) return value
    throw malformed(name)
  }

  /** An account that is absent is the one whose public key is zero. */
  address(name: string): string {
    return this.optionalAddress(name) ?? addressOf(new Uint8Array(KEY_BYTES))
  }

  optionalAddress(name: string): string | undefined {
    const key = this.bytes(name)
    if (key.length === 0) return undefined
    if (key.length === KEY_BYTES) return addressOf(key)
    throw malformed(name)
  }

  members(name: string): WireMembers | undefined {
    const value = this.#value(name)
    if (value === undefined) return undefined
    if (typeof value === 'object' && !(value instanceof Uint8Array)) return this.#nest(name, value)
    throw malformed(name)
  }

  /** Counts these as explained. */
  skip(...names: readonly string[]): void {
    for (const name of names) this.#read.add(name)
  }

  /** Names that nobody has looked at; those of inner maps behind the map's name and a dot. */
  unread(): readonly string[] {
    const own = Object.keys(this.map).filter((name) => !this.#read.has(name))
    const inner = [...this.#nested].flatMap(([name, nested]) => nested.unread().map((member) => `${name}.${member}`))
    return [...own, ...inner]
  }

  #nest(name: string, map: MsgMap): WireMembers {
    const nested = this.#nested.get(name) ?? new WireMembers(map)
    this.#nested.set(name, nested)
    return nested
  }

  #value(name: string): MsgValue | undefined {
    this.#read.add(name)
    return Object.hasOwn(this.map, name) ? this.map[name] : undefined
  }
}

const malformed = (name: string): KeywardError =>
  new KeywardError('TRANSACTION_MALFORMED', `"${name}" in the transaction of the signing plan is of another type`)
