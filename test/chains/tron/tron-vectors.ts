import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { loadTron } from '../../../src/chains/tron/index.js'
import { tron } from '../../../src/chains/tron/definition.js'
import { tronKeys } from '../../../src/chains/tron/keys.js'
import { tronTransactions } from '../../../src/chains/tron/transactions.js'
import type { ChainLookups, PrepareInput, SignedTransaction } from '../../../src/core/chain.js'
import { networkOf, signatureIdSchema } from '../../../src/core/ids.js'
import type { SignatureId } from '../../../src/core/ids.js'
import { pendingTransactionSchema } from '../../../src/core/pending-transaction.js'
import type { PendingTransaction } from '../../../src/core/pending-transaction.js'
import { Secret } from '../../../src/core/secret.js'
import type { SigningPlan } from '../../../src/core/signing-plan.js'
import type { ManagedWallet } from '../../../src/core/wallet.js'
import { managed } from '../../kit/chain-suite.js'
import { testLookups } from '../../kit/lookups.js'

/** Golden data: what the reference tool derives, signs and refuses. */

const stored = z.union([z.object({ mnemonic: z.string() }), z.object({ privateKey: z.string() })])
const caseSchema = z.object({
  id: z.string(),
  description: z.string(),
  testnet: z.boolean(),
  storedWallets: z.record(z.string(), stored),
  pendingTransaction: pendingTransactionSchema,
})
const fileSchema = z.object({
  wallets: z.array(
    z.object({
      mnemonic: z.string(),
      xpub: z.string(),
      keys: z.array(z.object({ index: z.number(), address: z.string(), privateKey: z.string() })),
    }),
  ),
  signing: z.array(
    caseSchema.extend({
      txId: z.string(),
      recoveredSigners: z.array(z.string()),
      broadcast: z.object({ path: z.string(), body: z.object({ txData: z.string(), signatureId: z.string() }) }),
    }),
  ),
  errors: z.array(caseSchema),
})
const file = new URL('../../vectors/tron.json', import.meta.url)
export const vectors = fileSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
export type TronCase = z.output<typeof caseSchema>

export const chain = loadTron(tron.code)

/** A moment at which the transactions of the vectors are alive. */
export const THEN = Date.parse('2026-01-01T00:00:30Z')
export const clockAt = (ms: number) => ({ now: () => ms, sleep: () => Promise.resolve() })
export const transactions = tronTransactions(tron, tronKeys(tron), clockAt(THEN))

export function walletFrom(source: z.output<typeof stored>, id: string, testnet = true): ManagedWallet {
  const network = networkOf(testnet)
  const draft =
    'mnemonic' in source
      ? chain.keys.fromMnemonic(Secret.fromText(source.mnemonic), network)
      : chain.keys.fromPrivateKey(Secret.fromText(source.privateKey), network)
  const { descriptor, material } = managed(chain, draft, network)
  return { descriptor: { ...descriptor, signatureId: signatureIdSchema.parse(id) }, material }
}

export const walletsOf = (row: TronCase): ReadonlyMap<SignatureId, ManagedWallet> =>
  new Map(
    Object.entries(row.storedWallets).map(([id, source]) => {
      const wallet = walletFrom(source, id, row.testnet)
      return [wallet.descriptor.signatureId, wallet]
    }),
  )

export function inputFor(
  pending: PendingTransaction,
  wallets: ReadonlyMap<SignatureId, ManagedWallet>,
  testnet = true,
): PrepareInput<ReturnType<typeof transactions.read>> {
  const network = networkOf(testnet)
  const descriptors = new Map([...wallets].map(([id, { descriptor }]) => [id, descriptor]))
  return { pending, network, request: transactions.read(pending, network), wallets: descriptors }
}

export function signWith(plan: SigningPlan, wallets: ReadonlyMap<SignatureId, ManagedWallet>): SignedTransaction {
  return transactions.sign(plan, ({ signatureId, index }) => {
    const wallet = wallets.get(signatureId)
    if (wallet === undefined) throw new Error('an unknown wallet shall sign')
    return chain.keys.open(wallet).key(index)
  })
}

/** read -> prepare -> sign -> verify, without any look-up unless some are given. */
export async function walk(row: TronCase, lookups: ChainLookups = testLookups()) {
  const wallets = walletsOf(row)
  const input = inputFor(row.pendingTransaction, wallets, row.testnet)
  const plan = await transactions.prepare(input, lookups)
  const signed = signWith(plan, wallets)
  transactions.verify(plan, signed)
  return { plan, signed }
}
