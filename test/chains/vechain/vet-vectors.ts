import { readFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { vechain } from '../../../src/chains/vechain/definition.js'
import { loadVechain } from '../../../src/chains/vechain/index.js'
import type { ChainLookups, PrepareInput, SignedTransaction } from '../../../src/core/chain.js'
import { signatureIdSchema } from '../../../src/core/ids.js'
import type { Network } from '../../../src/core/ids.js'
import type { JsonValue } from '../../../src/core/json.js'
import { pendingTransactionSchema } from '../../../src/core/pending-transaction.js'
import type { PendingTransaction } from '../../../src/core/pending-transaction.js'
import { Secret } from '../../../src/core/secret.js'
import type { SigningPlan } from '../../../src/core/signing-plan.js'
import type { ManagedWallet } from '../../../src/core/wallet.js'
import { managed } from '../../kit/chain-suite.js'
import { testLookups } from '../../kit/lookups.js'

/** Golden data: what the reference tool derives, asks, signs and refuses. */

const exchangeSchema = z.object({
  method: z.string(),
  url: z.string(),
  body: z.unknown().optional(),
  response: z.object({ status: z.number(), body: z.unknown() }),
})
const walletSchema = z.union([z.object({ mnemonic: z.string() }), z.object({ privateKey: z.string() })])
const caseSchema = z.object({
  name: z.string(),
  note: z.string(),
  network: z.enum(['mainnet', 'testnet']),
  wallet: walletSchema,
  pending: pendingTransactionSchema,
  http: z.array(exchangeSchema),
})
const signer = z.object({ address: z.string(), index: z.number().optional() })
const fileSchema = z.object({
  wallets: z.array(
    z.object({
      mnemonic: z.string(),
      testnet: z.boolean(),
      xpub: z.string(),
      derived: z.array(z.object({ index: z.number(), address: z.string(), privateKey: z.string() })),
    }),
  ),
  signing: z.array(caseSchema.extend({ signer, signedTx: z.string(), deterministic: z.boolean().optional() })),
  rejected: z.array(caseSchema.extend({ signer: signer.optional() })),
})
const file = new URL('../../vectors/vet.json', import.meta.url)
export const vectors = fileSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
export type VetCase = z.output<typeof caseSchema>

export const chain = loadVechain(vechain.code)
export const { transactions } = chain

export function walletOf(row: Pick<VetCase, 'wallet' | 'pending' | 'network'>): ManagedWallet {
  const { wallet: source, network, pending } = row
  const draft =
    'mnemonic' in source
      ? chain.keys.fromMnemonic(Secret.fromText(source.mnemonic), network)
      : chain.keys.fromPrivateKey(Secret.fromText(source.privateKey), network)
  const { descriptor, material } = managed(chain, draft, network)
  const id = pending.hashes[0] ?? pending.signatures[0]?.id
  return { descriptor: { ...descriptor, signatureId: signatureIdSchema.parse(id) }, material }
}

export function inputFor(
  pending: PendingTransaction,
  wallet: ManagedWallet,
  network: Network,
  previous?: SigningPlan,
): PrepareInput {
  return {
    pending,
    network,
    request: transactions.read(pending, network),
    wallets: new Map([[wallet.descriptor.signatureId, wallet.descriptor]]),
    ...(previous === undefined ? {} : { previous }),
  }
}

export const signWith = (plan: SigningPlan, wallet: ManagedWallet): SignedTransaction =>
  transactions.sign(plan, ({ index }) => chain.keys.open(wallet).key(index))

/** A node with these answers: `METHOD path` to what it says. Counts what it is asked. */
export function node(answers: Readonly<Record<string, unknown>>, asked: string[] = []): ChainLookups {
  return testLookups({
    endpoint: (role, { method, path }) => {
      const call = `${method} ${path}`
      asked.push(call)
      const known = role === 'node' && Object.hasOwn(answers, call)
      return known ? Promise.resolve(answers[call]) : Promise.reject(new Error(`not expected: ${role} ${call}`))
    },
  })
}

/** The node of a recording; it must be asked with the recorded body, but for members that mean the same. */
export function recordedNode({ http, network }: VetCase, asked: string[] = []): ChainLookups {
  const host = vechain.endpoints?.['node']?.[network] ?? ''
  return testLookups({
    endpoint: (_role, { method, path, body }) => {
      asked.push(`${method} ${path}`)
      const exchange = http.find((entry) => entry.method === method && entry.url === host + path)
      if (exchange === undefined || !isDeepStrictEqual(plain(body), plain(exchange.body as JsonValue | undefined))) {
        return Promise.reject(new Error(`not recorded: ${method} ${path} ${JSON.stringify(body)}`))
      }
      return Promise.resolve(exchange.response.body)
    },
  })
}

/** An offered gas or price changes no answer, and a missing value is zero. */
const plain = (body: JsonValue | undefined): unknown =>
  body === undefined
    ? undefined
    : JSON.parse(JSON.stringify(body).toLowerCase().replace('"value":""', '"value":"0x0"'), (key, value: unknown) =>
        key === 'gas' || key === 'gasprice' ? undefined : value,
      )

export async function walk(row: VetCase, lookups = recordedNode(row)) {
  const wallet = walletOf(row)
  const input = inputFor(row.pending, wallet, row.network)
  const plan = await transactions.prepare(input, lookups)
  const signed = signWith(plan, wallet)
  transactions.verify(plan, signed)
  return { plan, signed, wallet, input }
}
