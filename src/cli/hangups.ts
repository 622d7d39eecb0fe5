/** SIGHUP, for the one command that makes something of it. */
export class Hangups {
  #listener: (() => void) | undefined

  /** @returns a function that ends the listening. */
  listen(listener: () => void): () => void {
    this.#listener = listener
    return () => {
      this.#listener = undefined
    }
  }

  /** @returns whether somebody listened; otherwise the signal keeps its usual meaning. */
  raise(): boolean {
    this.#listener?.()
    return this.#listener !== undefined
  }
}
