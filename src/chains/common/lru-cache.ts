/** A map that forgets what was not asked for longest. `compute` makes what is missing; what it throws is not remembered. */
export class LruCache<K, V> {
  readonly #entries = new Map<K, V>()
  readonly #capacity: number

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  get size(): number {
    return this.#entries.size
  }

  getOrCompute(key: K, compute: () => V): V {
    const known = this.#entries.get(key)
    const value = known ?? compute()
    // A Map iterates in insertion order, so inserting again moves an entry to the young end.
    if (known !== undefined) this.#entries.delete(key)
    this.#entries.set(key, value)
    if (this.#entries.size > this.#capacity) {
      const oldest = this.#entries.keys().next()
      if (oldest.done === false) this.#entries.delete(oldest.value)
    }
    return value
  }
}
