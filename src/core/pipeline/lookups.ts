import type { Chain, ChainLookups, EndpointRequest, RpcOptions } from '../chain.js'
import { KeywardError } from '../errors.js'
import type { Network, SignatureId } from '../ids.js'
import type { Journal } from '../journal.js'
import type { JsonValue } from '../json.js'
import type { Keyring } from '../keyring.js'
import type { TatumApi } from '../tatum-api.js'

export interface LookupParts {
  readonly api: TatumApi
  readonly journal: Journal
  readonly keyring: Keyring
  readonly chain: Chain
  readonly network: Network
  /** Addresses by role that take the place of the chain's own `endpoints`. */
  readonly endpoints?: Readonly<Record<string, string>> | undefined
}

/** What a chain may ask, answered by the API, the journal and the keyring. One object for each chain and network, as long as the daemon lives. */
export class ApiLookups implements ChainLookups {
  readonly #known = new Map<string, Promise<unknown>>()

  constructor(private readonly parts: LookupParts) {}

  get network(): Network {
    return this.parts.network
  }

  get(path: string): Promise<unknown> {
    return this.parts.api.get(path)
  }

  post(path: string, body: JsonValue): Promise<unknown> {
    return this.parts.api.post(path, body)
  }

  rpc(path: string, method: string, params: readonly unknown[], { once }: RpcOptions = {}): Promise<unknown> {
    return this.parts.api.rpc(path, method, params, undefined, once)
  }

  async endpoint(role: string, { method, path, body, once }: EndpointRequest): Promise<unknown> {
    const { api, chain, network, endpoints } = this.parts
    const { code, endpoints: own } = chain.definition
    const base = endpoints?.[role] ?? own?.[role]?.[network]
    if (base === undefined) {
      throw new KeywardError('CONFIG_INVALID', `${code} has no endpoint "${role}"`, {
        advice: `Set chains.${code}.endpoints.${role} in the configuration.`,
      })
    }
    return api.external(method, base.replace(/\/+$/, '') + path, body, undefined, once)
  }

  signerAddress(signer: { readonly signatureId: SignatureId; readonly index?: number }): Promise<string> {
    return this.parts.keyring.addressOf(this.parts.chain, signer)
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
    const { journal, chain, network } = this.parts
    return journal.highestSequence(chain.definition.code, network, account)
  }
}
