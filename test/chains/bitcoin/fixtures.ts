import type { Chain, PrepareInput, SigningKey } from '../../../src/core/chain.js'
import type { Network } from '../../../src/core/ids.js'
import type { Signer } from '../../../src/core/signing-plan.js'
import type { BitcoinRequest } from '../../../src/chains/bitcoin/request.js'
import { testLookups } from '../../kit/lookups.js'
import { FamilyMember } from './family.js'
import type { Store, StoredWallet, TransactionVector, Walked } from './family.js'

export type { Store, StoredWallet, TransactionVector, Walked, WalletVector } from './family.js'

/** The family's first member, on which its common behaviour is tested. */
export const btc = await FamilyMember.load('BTC')
export const bitcoin: Chain = btc.chain
export const { vectors } = btc

export const edge = (name: string): TransactionVector => btc.edge(name)
export const storeOf = (entries: Readonly<Record<string, StoredWallet>>, options?: { addresses: boolean }): Store =>
  btc.storeOf(entries, options)
export const inputOf = (pending: unknown, network: Network, store: Store): PrepareInput<BitcoinRequest> =>
  btc.inputOf(pending, network, store)
export const keyOf = (store: Store): ((signer: Signer) => SigningKey) => btc.keyOf(store)
export const walk = (pending: unknown, network: Network, store: Store): Promise<Walked> =>
  btc.walk(pending, network, store)

/** No look-up is allowed: a request of BTC holds everything. */
export const noLookups = testLookups()
