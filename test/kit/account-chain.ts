import { readFileSync } from 'node:fs'
import { z } from 'zod'
import type { Chain, ChainLookups, PrepareInput, SignedTransaction } from '../../src/core/chain.js'
import { networkOf, signatureIdSchema } from '../../src/core/ids.js'
import type { Network, SignatureId } from '../../src/core/ids.js'
import { parsePendingTransaction } from '../../src/core/pending-transaction.js'
import type { PendingTransaction } from '../../src/core/pending-transaction.js'
import { Secret } from '../../src/core/secret.js'
import type { SigningPlan } from '../../src/core/signing-plan.js'
import type { ManagedWallet, WalletDescriptor } from '../../src/core/wallet.js'
import { testLookups } from './lookups.js'

/*
 * Vectors of the chains whose wallets are one secret each, and the walk of a transaction over them.
 */

const storedSchema = z.object({
  chain: z.string(),
  testnet: z.boolean(),
  address: z.string().optional(),
  secret: z.string().optional(),
  privateKey: z.string().optional(),
})
const caseSchema = z.object({
  id: z.string(),
  description: z.string(),
  testnet: z.boolean(),
  storedWallets: z.record(z.string(), storedSchema),
  pendingTransaction: z.looseObject({ id: z.string(), serializedTransaction: z.string() }),
  signedPayload: z.string().optional(),
  txHash: z.string().optional(),
  broadcast: z.object({ path: z.string() }).optional(),
})
const fileSchema = z.object({
  wallets: z.array(z.looseObject({ secret: z.string(), address: z.string() })),
  signing: z.array(caseSchema),
  errors: z.array(caseSchema),
})
export type SecretCase = z.output<typeof caseSchema>

export const secretVectors = (name: string): z.output<typeof fileSchema> =>
  fileSchema.parse(JSON.parse(readFileSync(new URL(`../vectors/${name}.json`, import.meta.url), 'utf8')))

/** A wallet as an imported wallet file gives it out: with no more than the file says. */
export function storedWallet(chain: Chain, id: string, stored: z.output<typeof storedSchema>): ManagedWallet {
  const { secret, privateKey, address } = stored
  const kind = secret === undefined ? 'privateKey' : 'secret'
  return {
    descriptor: {
      signatureId: signatureIdSchema.parse(id),
      chain: chain.definition.code,
      network: networkOf(stored.testnet),
      kind,
      ...(address === undefined ? {} : { address }),
    },
    material: { [kind]: Secret.fromText(secret ?? privateKey ?? '') },
  }
}

export interface SecretWalk {
  readonly pending: PendingTransaction
  readonly network: Network
  readonly wallets: readonly ManagedWallet[]
}

export const walkOf = (chain: Chain, row: SecretCase): SecretWalk => ({
  pending: parsePendingTransaction(row.pendingTransaction),
  network: networkOf(row.testnet),
  wallets: Object.entries(row.storedWallets).map(([id, stored]) => storedWallet(chain, id, stored)),
})

export const descriptorsOf = (wallets: readonly ManagedWallet[]): ReadonlyMap<SignatureId, WalletDescriptor> =>
  new Map(wallets.map(({ descriptor }) => [descriptor.signatureId, descriptor]))

export function inputOf(chain: Chain, { pending, network, wallets }: SecretWalk): PrepareInput {
  return { pending, network, request: chain.transactions.read(pending, network), wallets: descriptorsOf(wallets) }
}

/** The network is never asked: only the address of a wallet without one is looked up. */
export function walletLookups(chain: Chain, wallets: readonly ManagedWallet[]): ChainLookups {
  return testLookups({
    signerAddress: async ({ signatureId, index }) => keyOf(chain, wallets, signatureId, index).address,
  })
}

/** read -> prepare. */
export const planFor = async (chain: Chain, walk: SecretWalk): Promise<SigningPlan> =>
  chain.transactions.prepare(inputOf(chain, walk), walletLookups(chain, walk.wallets))

export const signWith = (chain: Chain, plan: SigningPlan, wallets: readonly ManagedWallet[]): SignedTransaction =>
  chain.transactions.sign(plan, ({ signatureId, index }) => keyOf(chain, wallets, signatureId, index))

function keyOf(chain: Chain, wallets: readonly ManagedWallet[], id: SignatureId, index: number | undefined) {
  const wallet = wallets.find(({ descriptor }) => descriptor.signatureId === id)
  if (wallet === undefined) throw new Error('the walk has no such wallet')
  const source = chain.keys.open(wallet)
  try {
    return source.key(index)
  } finally {
    source.wipe()
  }
}

let serial = 0
/** A pending transaction of this content for this wallet. */
export const pendingFor = (
  chain: Chain,
  wallet: ManagedWallet,
  serializedTransaction: string,
  more: Readonly<Record<string, unknown>> = {},
): PendingTransaction =>
  parsePendingTransaction({
    id: (++serial).toString(16).padStart(24, '0'),
    chain: chain.definition.code,
    hashes: [wallet.descriptor.signatureId],
    serializedTransaction,
    ...more,
  })
