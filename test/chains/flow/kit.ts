import { encodeTxIdFromVoucher } from '@onflow/sdk'
import { readFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { flow as definition } from '../../../src/chains/flow/definition.js'
import { loadFlow } from '../../../src/chains/flow/index.js'
import type { FlowRequest } from '../../../src/chains/flow/request.js'
import { flowTransactions } from '../../../src/chains/flow/transactions.js'
import type { Chain, ChainLookups, EndpointRequest, PrepareInput, SignedTransaction } from '../../../src/core/chain.js'
import type { Clock } from '../../../src/core/clock.js'
import { KeywardError } from '../../../src/core/errors.js'
import { networkOf, signatureIdSchema } from '../../../src/core/ids.js'
import type { Network } from '../../../src/core/ids.js'
import { pendingTransactionSchema } from '../../../src/core/pending-transaction.js'
import type { PendingTransaction } from '../../../src/core/pending-transaction.js'
import { Secret } from '../../../src/core/secret.js'
import type { SigningPlan } from '../../../src/core/signing-plan.js'
import type { ManagedWallet } from '../../../src/core/wallet.js'
import { managed } from '../../kit/chain-suite.js'
import { testLookups } from '../../kit/lookups.js'

/** Golden data, a network that can be told what to say, and the walk of a transaction over both. */

const exchangeSchema = z.object({
  request: z.object({ method: z.string(), url: z.string(), body: z.json().optional() }),
  response: z.object({ status: z.number(), body: z.json() }),
})
const storedSchema = z.looseObject({ mnemonic: z.string().optional(), privateKey: z.string().optional() })
const caseSchema = z.object({
  id: z.string(),
  description: z.string(),
  testnet: z.boolean(),
  storedWallets: z.record(z.string(), storedSchema),
  pendingTransaction: z.looseObject({ id: z.string(), serializedTransaction: z.string() }),
  transaction: z.object({ arguments: z.array(z.json()), scriptSha256: z.string(), gasLimit: z.string() }),
  payloadMessageHex: z.string().optional(),
  userSignatureHex: z.string().optional(),
  userSignatureHighS: z.boolean(),
  submit: z.object({ body: z.json() }),
  broadcasts: z.array(z.object({ path: z.string(), body: z.json() })),
  httpExchange: z.array(exchangeSchema),
})
export type Case = z.output<typeof caseSchema>

export const vectors = z
  .object({
    wallets: z.array(
      z.object({
        mnemonic: z.string(),
        xpub: z.string(),
        keys: z.array(z.object({ index: z.number(), privateKey: z.string(), publicKey: z.string() })),
      }),
    ),
    signing: z.array(caseSchema),
    errors: z.array(caseSchema),
  })
  .parse(JSON.parse(readFileSync(new URL('../../vectors/flow.json', import.meta.url), 'utf8')))

export const rowOf = (id: string): Case => {
  const row = [...vectors.signing, ...vectors.errors].find((candidate) => candidate.id === id)
  if (row === undefined) throw new Error(`the vectors have no ${id}`)
  return row
}

/** Time passes when somebody waits. */
export const instantClock: Clock = { now: () => 0, sleep: () => Promise.resolve() }

const { keys } = loadFlow(definition.code)
/** A process of its own each time: nothing is remembered between two. */
export const newFlow = () =>
  ({ definition, keys, transactions: flowTransactions(definition, keys, instantClock) }) satisfies Chain
export const flow = newFlow()

export const ID = '7a52c4b9-5b11-481e-874d-5e6f0957da98'
export const ACCOUNT = '01cf0e2f2f715450'
export const HOSTED = 'e467b9dd11fa00df'
export const TO = '0x179b6b1cb6755e31'
export const PRIVATE_KEY = '61a7305101d3dbe992b30fadf777376755c951c5a97fdf949a4983979e79ec3b'
const HEIGHT = 150_000_000

export function walletOf(row?: Pick<Case, 'storedWallets'>, network: Network = 'testnet'): ManagedWallet {
  const [id, stored] = Object.entries(row?.storedWallets ?? {})[0] ?? [ID, { privateKey: PRIVATE_KEY }]
  const draft =
    'mnemonic' in stored && stored.mnemonic !== undefined
      ? keys.fromMnemonic(Secret.fromText(stored.mnemonic), network)
      : keys.fromPrivateKey(Secret.fromText(stored.privateKey ?? ''), network)
  const { descriptor, material } = managed(flow, draft, network)
  return { descriptor: { ...descriptor, signatureId: signatureIdSchema.parse(id) }, material }
}

export const pendingOf = (request: object | string, more: object = {}): PendingTransaction =>
  pendingTransactionSchema.parse({
    id: '3700743cfdc27c3c8b39e86e',
    chain: 'FLOW',
    hashes: [ID],
    serializedTransaction: typeof request === 'string' ? request : JSON.stringify(request),
    ...more,
  })

export const request = (type: number, body: object) => ({
  type,
  apiManagedProposal: true,
  body: { account: `0x${ACCOUNT}`, ...body },
})
export const payment = (more: object = {}) => request(2, { to: TO, amount: '1.5', currency: 'FLOW', ...more })

export function inputOf(
  pending: PendingTransaction,
  wallet: ManagedWallet = walletOf(),
  previous?: SigningPlan,
): PrepareInput<FlowRequest> {
  const { network, signatureId } = wallet.descriptor
  return {
    pending,
    network,
    request: flow.transactions.read(pending, network),
    wallets: new Map([[signatureId, wallet.descriptor]]),
    ...(previous === undefined ? {} : { previous }),
  }
}

export const signWith = (plan: SigningPlan, wallet: ManagedWallet = walletOf()): SignedTransaction =>
  flow.transactions.sign(plan, ({ index }) => keys.open(wallet).key(index))

/** Has the others sign, in a process of its own. */
export function cosigned(plan: SigningPlan, signed: SignedTransaction, lookups: ChainLookups) {
  const { cosigning } = newFlow().transactions
  if (cosigning === undefined) throw new Error('others sign on Flow')
  return cosigning.complete(plan, signed, lookups)
}

const signatureSchema = z.array(z.object({ address: z.string(), key_index: z.string(), signature: z.string() }))
const wireSchema = z.object({
  script: z.string(),
  arguments: z.array(z.string()),
  reference_block_id: z.string(),
  gas_limit: z.string(),
  payer: z.string(),
  proposal_key: z.object({ address: z.string(), key_index: z.string(), sequence_number: z.string() }),
  authorizers: z.array(z.string()),
  payload_signatures: signatureSchema,
  envelope_signatures: signatureSchema,
})
const utf8 = (base64: string): string => Buffer.from(base64, 'base64').toString('utf8')
const theirs = (signatures: z.output<typeof signatureSchema>) =>
  signatures.map(({ address, key_index: key, signature }) => ({
    address,
    keyId: Number(key),
    sig: Buffer.from(signature, 'base64').toString('hex'),
  }))

/** The id of a transaction that goes to a node, by the network's own library. @param body as text or parsed. */
export function idOf(body: unknown): string {
  const wire = wireSchema.parse(typeof body === 'string' ? JSON.parse(body) : body)
  return encodeTxIdFromVoucher({
    cadence: utf8(wire.script),
    refBlock: wire.reference_block_id,
    computeLimit: Number(wire.gas_limit),
    arguments: wire.arguments.map((text) => JSON.parse(utf8(text)) as { type: string; value: string }),
    proposalKey: {
      address: wire.proposal_key.address,
      keyId: Number(wire.proposal_key.key_index),
      sequenceNum: Number(wire.proposal_key.sequence_number),
    },
    payer: wire.payer,
    authorizers: wire.authorizers,
    payloadSigs: theirs(wire.payload_signatures),
    envelopeSigs: theirs(wire.envelope_signatures),
  })
}

/** What the network and the API say; each may be set. */
export interface World {
  chainId: string
  final: number
  sealed: number
  sequence: string
  account: object[]
  proposer: { keyId: number; address: string }
  payer: { keyId: number; address: string }
  /** An answer, or the error that is thrown. */
  send: (body: unknown) => unknown
  results: unknown[]
  transactions: Record<string, unknown>
  sign: (data: string, isPayer: boolean) => unknown
  used: bigint | undefined
}

export const refusedBy = (status: number, message: string): KeywardError =>
  new KeywardError('API_REFUSED', `POST /v1/transactions was refused (${status}): ${message}`, { context: { status } })
export const SEALED = { status: 'Sealed', status_code: 0, error_message: '' }
export const failedWith = (message: string) => ({ status: 'Sealed', status_code: 1, error_message: message })
export const PENDING = { status: 'Pending', status_code: 0, error_message: '' }
export const keyOfAccount = (publicKey: string, more: object = {}) => ({
  index: '0',
  public_key: `0x${publicKey}`,
  signing_algorithm: 'ECDSA_secp256k1',
  hashing_algorithm: 'SHA3_256',
  sequence_number: '5',
  weight: '1000',
  revoked: false,
  ...more,
})

/** Tatum's accounts and an access node in one, which note what they are asked. */
export class FakeFlow {
  readonly calls: { readonly call: string; readonly body?: unknown }[] = []
  readonly world: World
  readonly lookups: ChainLookups

  constructor(world: Partial<World> = {}, publicKey = publicKeyOf(walletOf())) {
    this.world = {
      chainId: 'flow-testnet',
      final: HEIGHT,
      sealed: HEIGHT,
      sequence: '112',
      account: [keyOfAccount(publicKey)],
      proposer: { keyId: 12, address: `0x${HOSTED}` },
      payer: { keyId: 3, address: `0x${HOSTED}` },
      send: (body) => ({ id: idOf(body) }),
      results: [SEALED],
      transactions: {},
      sign: (data, isPayer) => ({ signature: `${isPayer ? 'ab' : 'cd'}${data.slice(-126)}` }),
      used: undefined,
      ...world,
    }
    this.lookups = testLookups({
      get: async (path) => this.#note(`GET ${path}`, path.endsWith('true') ? this.world.payer : this.world.proposer),
      post: async (path, body) => this.#posted(path, body),
      endpoint: async (_role, request) => this.#node(request),
      highestSequence: async () => this.world.used,
    })
  }

  asked(part: string): { readonly call: string; readonly body?: unknown }[] {
    return this.calls.filter(({ call }) => call.includes(part))
  }

  #note<T>(call: string, answer: T, body?: unknown): T {
    this.calls.push({ call, ...(body === undefined ? {} : { body }) })
    if (answer instanceof KeywardError) throw answer
    return answer
  }

  #posted(path: string, body: unknown): unknown {
    if (path !== '/v3/flow/sign') return this.#note(`POST ${path}`, { txId: 'x' }, body)
    const { data, isPayer } = z.object({ data: z.string(), isPayer: z.boolean() }).parse(body)
    return this.#note(`POST ${path}`, this.world.sign(data, isPayer), body)
  }

  #node({ method, path, body, once }: EndpointRequest): unknown {
    if (method === 'POST' && once !== true) throw new Error('a sending call may not be repeated')
    return this.#note(`${method} ${path}`, this.#answer(method, path, body), body)
  }

  #answer(method: string, path: string, body: unknown): unknown {
    const { world } = this
    if (method === 'POST') return world.send(body)
    if (path === '/v1/network/parameters') return { chain_id: world.chainId }
    if (path.startsWith('/v1/blocks')) return [blockOf(path.endsWith('sealed') ? world.sealed : world.final)]
    if (path.startsWith(`/v1/accounts/${HOSTED}`)) {
      return { address: HOSTED, keys: [{ index: '12', sequence_number: world.sequence }] }
    }
    if (path.startsWith('/v1/accounts/')) return { address: path.slice(13, 29), keys: world.account }
    if (path.startsWith('/v1/transaction_results/')) {
      return world.results.length > 1 ? world.results.shift() : world.results[0]
    }
    return (
      world.transactions[path.slice('/v1/transactions/'.length)] ??
      new KeywardError('API_REFUSED', 'not found', { context: { status: 404 } })
    )
  }
}

const blockOf = (height: number) => ({
  header: { id: 'f0e4c2f76c58916ec258f246851bea091d14d4247a2fc3e18694461b1816e13b', height: String(height) },
})

export const publicKeyOf = (wallet: ManagedWallet, index = 0): string => keys.address(wallet.descriptor, index)

/** A fake that has the recording's signatures and takes nothing but the recording's transaction. */
export function recorded(row: Case, publicKey: string): FakeFlow {
  const answerTo = (url: string, body: unknown): unknown =>
    row.httpExchange.find(({ request: asked }) => asked.url.endsWith(url) && isDeepStrictEqual(asked.body, body))
      ?.response.body ?? refusedBy(400, 'not what was recorded')
  return new FakeFlow(
    {
      sign: (data, isPayer) => answerTo('/v3/flow/sign', { data, isPayer }),
      send: (body) => answerTo('/v1/transactions', body),
    },
    publicKey,
  )
}

export async function walk(row: Case) {
  const wallet = walletOf(row, networkOf(row.testnet))
  const pending = pendingTransactionSchema.parse(row.pendingTransaction)
  const fake = recorded(row, publicKeyOf(wallet, pending.index))
  const plan = await flow.transactions.prepare(inputOf(pending, wallet), fake.lookups)
  const signed = signWith(plan, wallet)
  flow.transactions.verify(plan, signed)
  return { wallet, pending, fake, plan, signed }
}
