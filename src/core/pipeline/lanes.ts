interface Place {
  readonly started: Promise<void>
  readonly done: Promise<void>
}

interface LaneWork<T> {
  /** Called when every predecessor has started: the moment to fetch what the work will need. Must not throw. */
  readonly near?: () => void
  readonly work: () => Promise<T>
}

const gate = (): { promise: Promise<void>; open: () => void } => {
  let open: () => void = () => undefined
  const promise = new Promise<void>((resolve) => {
    open = resolve
  })
  return { promise, open }
}

/**
 * Queues by account: work that names the same account runs one after the other, in the order of the calls; everything else runs at the same time. All
 * places of a call are taken in one step, so two calls cannot wait for each other.
 */
export class Lanes {
  readonly #last = new Map<string, Place>()

  async run<T>(accounts: readonly string[], { near, work }: LaneWork<T>): Promise<T> {
    const keys = [...new Set(accounts)]
    const before = keys.map((key) => this.#last.get(key)).filter((place) => place !== undefined)
    const started = gate()
    const done = gate()
    const place: Place = { started: started.promise, done: done.promise }
    for (const key of keys) this.#last.set(key, place)
    try {
      if (near) {
        await Promise.all(before.map((earlier) => earlier.started))
        near()
      }
      await Promise.all(before.map((earlier) => earlier.done))
      started.open()
      return await work()
    } finally {
      started.open()
      done.open()
      for (const key of keys) if (this.#last.get(key) === place) this.#last.delete(key)
    }
  }
}
