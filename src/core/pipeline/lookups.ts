import type { ChainLookups } from '../chain.js'
import type { ChainCode, Network } from '../ids.js'
import type { Journal } from '../journal.js'
import type { TatumApi } from '../tatum-api.js'

/** What a chain may ask the network, answered by the API and the journal. One object for each chain and network, as long as the daemon lives. */
export class ApiLookups implements ChainLookups {
  readonly #known = new Map<string, Promise<unknown>>()

  constructor(
    private readonly api: TatumApi,
    private readonly journal: Journal,
    private readonly chain: ChainCode,
    private readonly network: Network,
  ) {}

  get(path: string): Promise<unknown> {
    return this.api.get(path)
  }

  rpc(path: string, method: string, params: readonly unknown[]): Promise<unknown> {
    return this.api.rpc(path, method, params)
  }

  async once<T>(key: string, load: () => Promise<T>): Promise<T> {
    const known = this.#known.get(key)
    // The key names one look-up of one chain, so what was stored under it has the type that its only caller gave.
    if (known) return known as Promise<T>
    const loading = load()
    this.#known.set(key, loading)
    loading.catch(() => this.#known.delete(key))
    return loading
  }

  highestSequence(account: string): Promise<bigint | undefined> {
    return this.journal.highestSequence(this.chain, this.network, account)
  }
}
