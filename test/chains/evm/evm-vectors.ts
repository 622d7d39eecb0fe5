import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { signatureIdSchema } from '../../../src/core/ids.js'
import type { Network } from '../../../src/core/ids.js'
import { pendingTransactionSchema } from '../../../src/core/pending-transaction.js'
import type { PendingTransaction } from '../../../src/core/pending-transaction.js'
import { Secret } from '../../../src/core/secret.js'
import type { ManagedWallet } from '../../../src/core/wallet.js'
import { loadEvm } from '../../../src/chains/evm/index.js'
import type { EvmDefinition } from '../../../src/chains/evm/definition.js'
import { definitions } from '../../../src/chains/evm/definitions.js'
import type { Chain } from '../../../src/core/chain.js'
import { managed } from '../../kit/chain-suite.js'

/** Golden data: what the reference tool derives, asks, signs and refuses. */

const exchangeSchema = z.object({
  method: z.string(),
  url: z.string(),
  body: z.object({ method: z.string(), params: z.array(z.unknown()) }).optional(),
  response: z.object({ status: z.number(), body: z.unknown() }),
})
export type Exchange = z.output<typeof exchangeSchema>

const walletSchema = z.union([z.object({ mnemonic: z.string() }), z.object({ privateKey: z.string() })])
const signerSchema = z.object({ privateKey: z.string(), address: z.string() })
const caseSchema = z.object({
  name: z.string(),
  note: z.string(),
  network: z.enum(['mainnet', 'testnet']),
  wallet: walletSchema,
  pending: pendingTransactionSchema,
  http: z.array(exchangeSchema).default([]),
})
const signingSchema = caseSchema.extend({
  signer: signerSchema.extend({ index: z.number().optional() }),
  signedTx: z.string(),
  txHash: z.string(),
  broadcast: z.object({ url: z.string(), body: z.record(z.string(), z.string()) }),
})
const standardSchema = z.object({
  name: z.string(),
  signer: signerSchema,
  tx: z.record(z.string(), z.union([z.string(), z.number()])),
  signedTx: z.string(),
  txHash: z.string(),
})

const fileSchema = z.object({
  wallets: z.array(
    z.object({
      mnemonic: z.string(),
      testnet: z.boolean(),
      xpub: z.string(),
      derived: z.array(z.object({ index: z.number(), address: z.string(), privateKey: z.string() })),
    }),
  ),
  producerShapes: z.object({ shapes: z.record(z.string(), z.string()) }),
  signing: z.array(signingSchema),
  rejected: z.array(caseSchema.extend({ reason: z.string() })),
  standardVectors: z.object({ vectors: z.array(standardSchema) }).default({ vectors: [] }),
})

export function vectorsOf(code: string): z.output<typeof fileSchema> {
  const file = new URL(`../../vectors/${code.toLowerCase()}.json`, import.meta.url)
  return fileSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
}
export const vectors = vectorsOf('ETH')
export type EvmCase = z.output<typeof caseSchema>

export const [ethereum = fail()] = definitions
export const definitionOf = (code: string): EvmDefinition =>
  definitions.find((definition) => definition.code === code) ?? fail()
export const newChain = () => loadEvm(ethereum.code)

function fail(): never {
  throw new Error('the family has no such chain')
}

/** The wallet of a case under the id that its pending transaction names, as a backend would give it out. */
export function walletOf(row: Pick<EvmCase, 'wallet' | 'network' | 'pending'>, chain?: Chain): ManagedWallet {
  const id = row.pending.hashes[0] ?? row.pending.signatures[0]?.id
  return makeWallet(row.wallet, row.network, signatureIdSchema.parse(id), chain)
}

export function makeWallet(
  source: z.output<typeof walletSchema>,
  network: Network,
  signatureId = signatureIdSchema.parse('7d2f7a43-7f8a-4a6b-9a3c-0d9f3a1f2b4c'),
  chain = newChain(),
): ManagedWallet {
  const { keys } = chain
  const draft =
    'mnemonic' in source
      ? keys.fromMnemonic(Secret.fromText(source.mnemonic), network)
      : keys.fromPrivateKey(Secret.fromText(source.privateKey), network)
  const { descriptor, material } = managed(chain, draft, network)
  return { descriptor: { ...descriptor, signatureId }, material }
}

let serial = 0
/** A pending transaction that asks this wallet for this. */
export function pendingOf(
  fields: Readonly<Record<string, unknown>> | string,
  wallet: ManagedWallet,
  extra: Readonly<Record<string, unknown>> = {},
): PendingTransaction {
  return pendingTransactionSchema.parse({
    id: (++serial).toString(16).padStart(24, '0'),
    chain: wallet.descriptor.chain,
    hashes: [wallet.descriptor.signatureId],
    serializedTransaction: typeof fields === 'string' ? fields : JSON.stringify(fields),
    ...extra,
  })
}
