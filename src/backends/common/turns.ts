/** Runs works one after the other, in the order in which they came; a failed one does not stop the next. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve()

  take<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work)
    this.#last = turn.catch(() => undefined)
    return turn
  }

  /** Resolves when everything taken so far has ended. */
  async idle(): Promise<void> {
    await this.#last
  }
}
