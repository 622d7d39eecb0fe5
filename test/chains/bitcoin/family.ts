import { readFileSync } from 'node:fs'
import type { Chain, ChainLookups, PrepareInput, SigningKey } from '../../../src/core/chain.js'
import { KeywardError } from '../../../src/core/errors.js'
import { chainCodeSchema, networkOf, signatureIdSchema } from '../../../src/core/ids.js'
import type { ChainCode, Network, SignatureId } from '../../../src/core/ids.js'
import { parsePendingTransaction } from '../../../src/core/pending-transaction.js'
import { Secret } from '../../../src/core/secret.js'
import type { Signer, SigningPlan } from '../../../src/core/signing-plan.js'
import type { ManagedWallet } from '../../../src/core/wallet.js'
import { loadBitcoin } from '../../../src/chains/bitcoin/index.js'
import type { BitcoinRequest } from '../../../src/chains/bitcoin/request.js'
import { testLookups } from '../../kit/lookups.js'

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

export type Store = ReadonlyMap<SignatureId, ManagedWallet>

export interface Walked {
  readonly plan: SigningPlan
  readonly input: PrepareInput<BitcoinRequest>
  readonly signed: { readonly raw: string; readonly txId: string }
}

/** A chain of the family, its vectors, and the walk of one transaction without the world around it. */
export class FamilyMember {
  private constructor(
    readonly code: ChainCode,
    readonly chain: Chain,
    readonly vectors: Vectors,
  ) {}

  static async load(name: string): Promise<FamilyMember> {
    const code = chainCodeSchema.parse(name)
    const file = new URL(`../../vectors/${name.toLowerCase()}.json`, import.meta.url)
    return new FamilyMember(code, await loadBitcoin(code), JSON.parse(readFileSync(file, 'utf8')) as Vectors)
  }

  edge(name: string): TransactionVector {
    const found = this.vectors.edge.find((vector) => vector.name === name)
    if (found === undefined) throw new Error(`no vector ${name}`)
    return found
  }

  /** Managed wallets as an import makes them. `addresses: false` leaves single keys without an address, as the reference tool stores them. */
  storeOf(entries: Readonly<Record<string, StoredWallet>>, { addresses = true } = {}): Store {
    return new Map(
      Object.entries(entries).map(([id, entry]) => {
        const signatureId = signatureIdSchema.parse(id)
        const network = networkOf(entry.testnet)
        const kind = entry.mnemonic === undefined ? 'privateKey' : 'mnemonic'
        const text = Secret.fromText(entry.mnemonic ?? entry.privateKey ?? '')
        const address =
          kind === 'privateKey' && addresses ? this.chain.keys.fromPrivateKey(text, network).address : undefined
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
  inputOf(pending: unknown, network: Network, store: Store): PrepareInput<BitcoinRequest> {
    const parsed = parsePendingTransaction(pending)
    const request = this.chain.transactions.read(parsed, network) as BitcoinRequest
    const wallets = new Map(
      request.signers.flatMap(({ signatureId }) => {
        const wallet = store.get(signatureId)
        return wallet === undefined ? [] : [[signatureId, wallet.descriptor] as const]
      }),
    )
    return { pending: parsed, network, request, wallets }
  }

  /** Lends keys as the keyring does: only those whose address the plan names. */
  keyOf(store: Store): (signer: Signer) => SigningKey {
    return ({ signatureId, index, address }) => {
      const key = this.#open(store, signatureId, index)
      if (key.address !== address) throw new KeywardError('SIGNER_MISMATCH', `${signatureId} does not own ${address}`)
      return key
    }
  }

  /** A request of this family holds everything; only who owns a wallet of the reference's may have to be asked, as the keyring is. */
  lookups(store: Store): ChainLookups {
    return testLookups({
      signerAddress: async ({ signatureId, index }) => this.#open(store, signatureId, index).address,
    })
  }

  /** read, prepare, sign, verify. */
  async walk(pending: unknown, network: Network, store: Store): Promise<Walked> {
    const { transactions } = this.chain
    const input = this.inputOf(pending, network, store)
    const plan = await transactions.prepare(input, this.lookups(store))
    const signed = transactions.sign(plan, this.keyOf(store))
    transactions.verify(plan, signed)
    await transactions.verifyInBackground?.(plan, signed)
    return { input, plan, signed }
  }

  #open(store: Store, signatureId: SignatureId, index: number | undefined): SigningKey {
    const wallet = store.get(signatureId)
    if (wallet === undefined) throw new Error(`no wallet ${signatureId}`)
    return this.chain.keys.open(wallet).key(index)
  }
}
