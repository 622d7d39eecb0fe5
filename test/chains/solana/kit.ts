import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { loadSolana } from '../../../src/chains/solana/index.js'
import { solanaTransactions } from '../../../src/chains/solana/transactions.js'
import type { SolanaRequest } from '../../../src/chains/solana/request.js'
import type { Chain, ChainLookups, PrepareInput, SignedTransaction } from '../../../src/core/chain.js'
import type { Clock } from '../../../src/core/clock.js'
import { KeywardError } from '../../../src/core/errors.js'
import { chainCodeSchema, networkOf, signatureIdSchema } from '../../../src/core/ids.js'
import type { SignatureId } from '../../../src/core/ids.js'
import { parsePendingTransaction } from '../../../src/core/pending-transaction.js'
import type { PendingTransaction } from '../../../src/core/pending-transaction.js'
import { Secret } from '../../../src/core/secret.js'
import type { SigningPlan } from '../../../src/core/signing-plan.js'
import type { ManagedWallet } from '../../../src/core/wallet.js'
import { testLookups } from '../../kit/lookups.js'

const walletSchema = z.object({
  mnemonic: z.string().optional(),
  privateKey: z.string().optional(),
  address: z.string().optional(),
  testnet: z.boolean(),
})
const exchangeSchema = z.object({
  request: z.object({ method: z.string(), url: z.string(), body: z.record(z.string(), z.unknown()) }),
  response: z.object({ status: z.number(), body: z.unknown() }),
})
const caseSchema = z.object({
  id: z.string(),
  description: z.string(),
  testnet: z.boolean(),
  storedWallets: z.record(z.string(), walletSchema),
  pendingTransaction: z.unknown(),
  httpExchange: z.array(exchangeSchema),
  usedBlockhash: z.string().optional(),
  signedTransactionBase64: z.string().optional(),
  signatures: z.array(z.object({ publicKey: z.string(), signature: z.string() })).optional(),
  txId: z.string().optional(),
  broadcast: z.object({ body: z.object({ txData: z.string() }) }).optional(),
})
export type SolanaCase = z.output<typeof caseSchema>

const fileSchema = z.object({
  wallets: z.array(
    z.object({
      mnemonic: z.string(),
      index: z.number(),
      address: z.string(),
      privateKey: z.string(),
      privateKeyHex: z.string(),
    }),
  ),
  signing: z.array(caseSchema),
  errors: z.array(caseSchema),
})
export const vectors = fileSchema.parse(
  JSON.parse(readFileSync(new URL('../../vectors/sol.json', import.meta.url), 'utf8')),
)

/** A clock that never waits. */
export const instantClock: Clock = { now: () => 0, sleep: () => Promise.resolve() }

export const SOL = chainCodeSchema.parse('SOL')
export const loaded = loadSolana(SOL)
export const solana = {
  definition: loaded.definition,
  keys: loaded.keys,
  transactions: solanaTransactions(loaded.definition, instantClock),
} satisfies Chain

/** A wallet as an old store holds it. */
export function walletFrom(id: string, row: z.output<typeof walletSchema>): ManagedWallet {
  const { mnemonic, privateKey, address, testnet } = row
  return {
    descriptor: {
      signatureId: signatureIdSchema.parse(id),
      chain: SOL,
      network: networkOf(testnet),
      kind: mnemonic === undefined ? 'privateKey' : 'mnemonic',
      ...(address === undefined ? {} : { address }),
    },
    material: {
      ...(mnemonic === undefined ? {} : { mnemonic: Secret.fromText(mnemonic) }),
      ...(privateKey === undefined ? {} : { privateKey: Secret.fromText(privateKey) }),
    },
  }
}

export const walletsOf = (row: SolanaCase): ManagedWallet[] =>
  Object.entries(row.storedWallets).map(([id, wallet]) => walletFrom(id, wallet))

/** What the daemon hands to `prepare`: descriptors are completed as the directory does it. */
export function inputOf(pending: PendingTransaction, wallets: readonly ManagedWallet[]): PrepareInput<SolanaRequest> {
  const network = wallets[0]?.descriptor.network ?? 'testnet'
  const described = wallets.map((wallet) => ({ ...wallet.descriptor, ...solana.keys.describe(wallet) }))
  return {
    pending,
    network,
    request: solana.transactions.read(pending, network),
    wallets: new Map(described.map((wallet) => [wallet.signatureId, wallet])),
  }
}

export const pendingOf = (row: SolanaCase): PendingTransaction => parsePendingTransaction(row.pendingTransaction)

/** A request for a message, in the only form that is served. */
export function requestFor(
  message: Uint8Array,
  wallets: readonly ManagedWallet[],
  more: object = {},
): PendingTransaction {
  return parsePendingTransaction({
    id: '5f0000000000000000000001',
    chain: 'SOL',
    hashes: wallets.map(({ descriptor }) => descriptor.signatureId),
    serializedTransaction: JSON.stringify({ txData: Buffer.from(message).toString('hex'), ...more }),
  })
}

/** Answers of a node by method, in the order in which they are given; the last one stays. An Error is thrown. */
export type NodeAnswers = Readonly<Record<string, readonly unknown[]>>

export class FakeNode {
  readonly calls: { path: string; method: string; params: readonly unknown[]; once: boolean }[] = []
  readonly #asked = new Map<string, number>()

  constructor(private readonly answers: NodeAnswers) {}

  rpc: ChainLookups['rpc'] = (path, method, params, { once = false } = {}) => {
    this.calls.push({ path, method, params, once })
    const answers = this.answers[method] ?? []
    const place = this.#asked.get(method) ?? 0
    this.#asked.set(method, place + 1)
    const answer = answers[Math.min(place, answers.length - 1)]
    if (answers.length === 0) return Promise.reject(new Error(`${method} was not expected to be asked`))
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer)
  }

  methods(): string[] {
    return this.calls.map(({ method }) => method)
  }
}

export const noEndpoint = (): Promise<never> =>
  Promise.reject(new KeywardError('CONFIG_INVALID', 'SOL has no endpoint "node"'))

export const nodeRefusal = (rpcCode: number, message: string): KeywardError =>
  new KeywardError('API_REFUSED', `the node refused it: ${message}`, { context: { status: 200, rpcCode } })

/** Look-ups through the API's node; addresses of mnemonic wallets come from the wallets themselves, as in the keyring. */
export function lookupsOf(
  node: FakeNode,
  wallets: readonly ManagedWallet[] = [],
  more: Partial<ChainLookups> = {},
): ChainLookups {
  return testLookups({
    rpc: node.rpc,
    endpoint: noEndpoint,
    signerAddress: ({ signatureId, index }) => {
      const wallet = wallets.find(({ descriptor }) => descriptor.signatureId === signatureId)
      if (wallet === undefined) return Promise.reject(new Error('no such wallet'))
      return Promise.resolve(solana.keys.open(wallet).key(index).address)
    },
    ...more,
  })
}

export const blockhashAnswer = (blockhash: string, lastValidBlockHeight = 290_000_150): unknown => ({
  context: { slot: 1 },
  value: { blockhash, lastValidBlockHeight },
})
export const BLOCKHASH = '6HKvRj2VUofEqkkRgZiWCYSwjVtTUq9CLczQMXbjxuPW'
export const OTHER_BLOCKHASH = '8qbHbw2BbbTHBW1sbeqakYXVKRQM8Ne7pLK7m6CVfeR'

export function signWith(plan: SigningPlan, wallets: readonly ManagedWallet[]): SignedTransaction {
  const sources = new Map<SignatureId, ManagedWallet>(wallets.map((wallet) => [wallet.descriptor.signatureId, wallet]))
  return solana.transactions.sign(plan, ({ signatureId, index }) => {
    const wallet = sources.get(signatureId)
    if (wallet === undefined) throw new Error(`no wallet ${signatureId}`)
    return solana.keys.open(wallet).key(index)
  })
}

export async function refusalOf(action: () => unknown): Promise<KeywardError> {
  try {
    await action()
  } catch (error) {
    if (error instanceof KeywardError) return error
    throw error
  }
  throw new Error('nothing was refused')
}
