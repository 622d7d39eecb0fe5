/**
 * Works on the items of a source, at most `width` at a time, and gives results as they come. The source is read no further ahead than that, so a listing and
 * the work on what it lists overlap without being kept in memory. The first failure, of the source or of a piece of work, ends it once what is underway has ended.
 *
 * @param discard gets the results that nobody takes because the reader stopped early or something failed.
 */
export async function* unordered<Item, Result>(
  source: Iterable<Item> | AsyncIterable<Item>,
  width: number,
  work: (item: Item) => Promise<Result>,
  discard: (result: Result) => void = () => undefined,
): AsyncGenerator<{ readonly result: Result }, void, undefined> {
  const bench = new Workbench(Math.max(1, width), work, discard)
  const feeding = bench.feed(source)
  try {
    for (let next = await bench.take(); next !== undefined; next = await bench.take()) yield next
  } finally {
    bench.stop()
    await feeding
    await bench.idle()
  }
  bench.rethrow()
}

class Workbench<Item, Result> {
  #underway = 0
  #stopped = false
  #exhausted = false
  #failure: { readonly thrown: unknown } | undefined
  /** Taken from the end: the order does not matter, and taking from the front of a long array is slow. */
  readonly #ready: { readonly result: Result }[] = []
  readonly #listeners = new Set<() => void>()

  constructor(
    private readonly width: number,
    private readonly work: (item: Item) => Promise<Result>,
    private readonly discard: (result: Result) => void,
  ) {}

  async feed(source: Iterable<Item> | AsyncIterable<Item>): Promise<void> {
    try {
      for await (const item of source) {
        while (this.#underway + this.#ready.length >= this.width && !this.#ended) await this.#change()
        if (this.#ended) break
        this.#start(item)
      }
    } catch (thrown) {
      this.#failure ??= { thrown }
    }
    this.#exhausted = true
    this.#changed()
  }

  async take(): Promise<{ readonly result: Result } | undefined> {
    while (!this.#ended) {
      if (this.#ready.length > 0) {
        const taken = this.#ready.pop()
        this.#changed()
        return taken
      }
      if (this.#exhausted && this.#underway === 0) return undefined
      await this.#change()
    }
    return undefined
  }

  stop(): void {
    this.#stopped = true
    for (const { result } of this.#ready.splice(0)) this.discard(result)
    this.#changed()
  }

  async idle(): Promise<void> {
    while (this.#underway > 0) await this.#change()
  }

  rethrow(): void {
    if (this.#failure !== undefined) throw this.#failure.thrown
  }

  get #ended(): boolean {
    return this.#stopped || this.#failure !== undefined
  }

  #start(item: Item): void {
    this.#underway += 1
    // A piece of work that fails before its first wait fails like any other.
    void (async () => this.work(item))()
      .then(
        (result) => {
          if (this.#stopped) this.discard(result)
          else this.#ready.push({ result })
        },
        (thrown: unknown) => {
          this.#failure ??= { thrown }
        },
      )
      .finally(() => {
        this.#underway -= 1
        this.#changed()
      })
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#listeners.add(resolve))
  }

  #changed(): void {
    const listeners = [...this.#listeners]
    this.#listeners.clear()
    for (const listener of listeners) listener()
  }
}
