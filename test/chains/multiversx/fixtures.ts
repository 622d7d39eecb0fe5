import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { definitions } from '../../../src/chains/multiversx/definition.js'
import { loadMultiversx } from '../../../src/chains/multiversx/index.js'
import type { ChainLookups, PrepareInput } from '../../../src/core/chain.js'
import { networkOf, signatureIdSchema } from '../../../src/core/ids.js'
import { parsePendingTransaction } from '../../../src/core/pending-transaction.js'
import { Secret } from '../../../src/core/secret.js'
import type { SigningPlan } from '../../../src/core/signing-plan.js'
import type { ManagedWallet } from '../../../src/core/wallet.js'
import { descriptorsOf } from '../../kit/account-chain.js'
import { testLookups } from '../../kit/lookups.js'

const [definition] = definitions
if (definition === undefined) throw new Error('the family has a chain')
export const egld = loadMultiversx(definition.code)

const exchangeSchema = z.object({
  request: z.object({ method: z.string(), url: z.string(), body: z.json().optional() }),
  response: z.object({ status: z.number(), body: z.unknown() }),
})
const caseSchema = z.object({
  id: z.string(),
  testnet: z.boolean(),
  storedWallets: z.record(
    z.string(),
    z.object({ mnemonic: z.string().optional(), privateKey: z.string().optional(), testnet: z.boolean() }),
  ),
  pendingTransaction: z.looseObject({ id: z.string(), serializedTransaction: z.string() }),
  signedPayload: z.string().optional(),
  httpExchange: z.array(exchangeSchema),
})
export type Case = z.output<typeof caseSchema>

export const vectors = z
  .object({
    wallets: z.array(
      z.object({
        mnemonic: z.string(),
        network: z.enum(['mainnet', 'testnet']),
        index: z.number(),
        address: z.string(),
        privateKey: z.string(),
      }),
    ),
    signing: z.array(caseSchema),
    errors: z.array(caseSchema),
  })
  .parse(JSON.parse(readFileSync(new URL('../../vectors/egld.json', import.meta.url), 'utf8')))

export const rowOf = (id: string): Case => {
  const row = [...vectors.signing, ...vectors.errors].find((candidate) => candidate.id === id)
  if (row === undefined) throw new Error(`the vectors have no ${id}`)
  return row
}

export const walletsOf = (row: Case): ManagedWallet[] =>
  Object.entries(row.storedWallets).map(([id, { mnemonic, privateKey, testnet }]) => {
    const kind = mnemonic === undefined ? 'privateKey' : 'mnemonic'
    return {
      descriptor: {
        signatureId: signatureIdSchema.parse(id),
        chain: egld.definition.code,
        network: networkOf(testnet),
        kind,
      },
      material: { [kind]: Secret.fromText(mnemonic ?? privateKey ?? '') },
    }
  })

export const keyOf = (wallets: readonly ManagedWallet[], id: string, index?: number) => {
  const wallet = wallets.find(({ descriptor }) => descriptor.signatureId === id)
  if (wallet === undefined) throw new Error('there is no such wallet')
  return egld.keys.open(wallet).key(index)
}

/** The recorded node: what was asked of it then may be asked now, and nothing else. */
export function recorded(row: Case, more: Partial<ChainLookups> = {}): ChainLookups {
  const answer = (method: string, path: string, body?: unknown): Promise<unknown> => {
    const url = path.replace('{apiKey}', 'test-api-key')
    const found = row.httpExchange.find(
      ({ request }) =>
        request.method === method &&
        request.url === url &&
        (body === undefined || JSON.stringify(request.body) === JSON.stringify(body)),
    )
    return found === undefined
      ? Promise.reject(new Error(`${method} ${url} was never asked`))
      : Promise.resolve(found.response.body)
  }
  return testLookups({
    get: (path) => answer('GET', path),
    post: (path, body) => answer('POST', path, body),
    signerAddress: async ({ signatureId, index }) => keyOf(walletsOf(row), signatureId, index).address,
    ...more,
  })
}

export function inputOf(row: Case, members?: unknown): PrepareInput {
  const text = typeof members === 'string' ? members : JSON.stringify(members)
  const pending = parsePendingTransaction(
    members === undefined ? row.pendingTransaction : { ...row.pendingTransaction, serializedTransaction: text },
  )
  const network = networkOf(row.testnet)
  const request = egld.transactions.read(pending, network)
  return { pending, network, request, wallets: descriptorsOf(walletsOf(row)) }
}

/** read -> prepare, against the recorded node. */
export const planOf = async (row: Case, more?: Partial<ChainLookups>): Promise<SigningPlan> =>
  egld.transactions.prepare(inputOf(row), recorded(row, more))

/** read -> prepare, against a node that says yes to everything. */
export const planFor = async (members: unknown, nonce = 7, more: Partial<ChainLookups> = {}): Promise<SigningPlan> => {
  const row = rowOf('egld-transfer')
  return egld.transactions.prepare(
    inputOf(row, members),
    recorded(row, {
      get: async (path) => (path.endsWith('/nonce') ? { data: { nonce } } : row.httpExchange[0]?.response.body),
      post: async () => ({ data: { txGasUnits: 50_000 } }),
      ...more,
    }),
  )
}

export const signWith = (row: Case, plan: SigningPlan) =>
  egld.transactions.sign(plan, ({ signatureId, index }) => keyOf(walletsOf(row), signatureId, index))

export const SENDER = 'erd1sscwu0k7ssmaddys3jrl4nj3nphl40zgely62mfprkc92mhg58hq05ta66'
export const RECIPIENT = 'erd1zxkymnch9hzjpgyj5mhdxyawadsr3p4rwd0mm8740p0aps3jv9fqxxrn6g'
export const CONTRACT = 'erd1qqqqqqqqqqqqqqqpqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqzllls8a5w6u'
