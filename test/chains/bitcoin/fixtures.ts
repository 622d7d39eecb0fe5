import { readFileSync } from 'node:fs'
import type { Chain, PrepareInput, SigningKey } from '../../../src/core/chain.js'
import { KeywardError } from '../../../src/core/errors.js'
import { chainCodeSchema, networkOf, signatureIdSchema } from '../../../src/core/ids.js'
import type { Network, SignatureId } from '../../../src/core/ids.js'
import { parsePendingTransaction } from '../../../src/core/pending-transaction.js'
import { Secret } from '../../../src/core/secret.js'
import type { Signer, SigningPlan } from '../../../src/core/signing-plan.js'
import type { ManagedWallet } from '../../../src/core/wallet.js'
import { loadBitcoin } from '../../../src/chains/bitcoin/index.js'
import type { BitcoinRequest } from '../../../src/chains/bitcoin/request.js'
import { testLookups } from '../../kit/lookups.js'

export const BTC = chainCodeSchema.parse('BTC')
export const bitcoin: Chain = loadBitcoin(BTC)

/** An entry of the reference tool's wallet store. */
export interface StoredWallet {
  readonly mnemonic?: string
  readonly xpub?: string
  readonly privateKey?: string
  readonly chain: string
  readonly testnet: boolean
}

export interface TransactionVector {
  readonly name: string
  readonly description: string
  readonly testnet: boolean
  readonly store: Readonly<Record<string, StoredWallet>>
  readonly pending: Readonly<Record<string, unknown>>
  readonly expected: { readonly txData?: string; readonly txid?: string; readonly hasWitness?: boolean }
}

export interface WalletVector {
  readonly mnemonic: string
  readonly testnet: boolean
  readonly xpub: string
  readonly keys: readonly { index: number; address: string; privateKey: string; publicKey: string }[]
}

interface Vectors {
  readonly wallets: readonly WalletVector[]
  readonly signing: readonly TransactionVector[]
  readonly edge: readonly TransactionVector[]
}

export const vectors = JSON.parse(
  readFileSync(new URL('../../vectors/btc.json', import.meta.url), 'utf8'),
) as unknown as Vectors

export function edge(name: string): TransactionVector {
  const found = vectors.edge.find((vector) => vector.name === name)
  if (found === undefined) throw new Error(`no vector ${name}`)
  return found
}

export type Store = ReadonlyMap<SignatureId, ManagedWallet>

/** Managed wallets as an import makes them. `addresses: false` leaves single keys without an address, as the reference tool stores them. */
export function storeOf(entries: Readonly<Record<string, StoredWallet>>, { addresses = true } = {}): Store {
  return new Map(
    Object.entries(entries).map(([id, entry]) => {
      const signatureId = signatureIdSchema.parse(id)
      const network = networkOf(entry.testnet)
      const kind = entry.mnemonic === undefined ? 'privateKey' : 'mnemonic'
      const text = Secret.fromText(entry.mnemonic ?? entry.privateKey ?? '')
      const address =
        kind === 'privateKey' && addresses ? bitcoin.keys.fromPrivateKey(text, network).address : undefined
      const descriptor = {
        signatureId,
        chain: chainCodeSchema.parse(entry.chain),
        network,
        kind,
        ...(entry.xpub === undefined ? {} : { xpub: entry.xpub }),
        ...(address === undefined ? {} : { address }),
      } as const
      return [signatureId, { descriptor, material: { [kind]: text } }]
    }),
  )
}

/** Reads a pending transaction and names the wallets it asks for, as the pipeline does. */
export function inputOf(pending: unknown, network: Network, store: Store): PrepareInput<BitcoinRequest> {
  const parsed = parsePendingTransaction(pending)
  const request = bitcoin.transactions.read(parsed, network) as BitcoinRequest
  const wallets = new Map(
    request.signers.flatMap(({ signatureId }) => {
      const wallet = store.get(signatureId)
      return wallet === undefined ? [] : [[signatureId, wallet.descriptor] as const]
    }),
  )
  return { pending: parsed, network, request, wallets }
}

/** No look-up is allowed: a Bitcoin request holds everything. */
export const noLookups = testLookups()

/** Lends keys as the keyring does: only those whose address the plan names. */
export function keyOf(store: Store): (signer: Signer) => SigningKey {
  return ({ signatureId, index, address }) => {
    const wallet = store.get(signatureId)
    if (wallet === undefined) throw new Error(`no wallet ${signatureId}`)
    const key = bitcoin.keys.open(wallet).key(index)
    if (key.address !== address) throw new KeywardError('SIGNER_MISMATCH', `${signatureId} does not own ${address}`)
    return key
  }
}

export interface Walked {
  readonly plan: SigningPlan
  readonly input: PrepareInput<BitcoinRequest>
  readonly signed: { readonly raw: string; readonly txId: string }
}

/** read, prepare, sign, verify: the walk of one transaction without the world around it. */
export async function walk(pending: unknown, network: Network, store: Store): Promise<Walked> {
  const input = inputOf(pending, network, store)
  const plan = await bitcoin.transactions.prepare(input, noLookups)
  const signed = bitcoin.transactions.sign(plan, keyOf(store))
  bitcoin.transactions.verify(plan, signed)
  await bitcoin.transactions.verifyInBackground?.(plan, signed)
  return { input, plan, signed }
}
