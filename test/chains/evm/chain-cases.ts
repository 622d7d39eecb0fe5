import { expect } from 'chai'
import { loadEvm } from '../../../src/chains/evm/index.js'
import type { Chain, SignedTransaction } from '../../../src/core/chain.js'
import { KeywardError } from '../../../src/core/errors.js'
import type { ErrorCode } from '../../../src/core/errors.js'
import type { Intent } from '../../../src/core/intent.js'
import { intentSummary } from '../../../src/core/intent.js'
import type { SigningPlan } from '../../../src/core/signing-plan.js'
import type { ManagedWallet } from '../../../src/core/wallet.js'
import { chainKeysSuite } from '../../kit/chain-suite.js'
import { definitionOf, makeWallet, pendingOf, vectorsOf, walletOf } from './evm-vectors.js'
import type { EvmCase, Exchange } from './evm-vectors.js'
import { FakeLookups } from './fake-lookups.js'
import type { Answering, LookupCall } from './fake-lookups.js'
import { descriptors, inputFor, refusal, sign } from './walk.js'

/** What a chain's vectors do here: every row of the file is in exactly one of these, or has the reference's bytes. */
export interface Expectations {
  readonly code: string
  /** Rows of `signing` whose bytes are another transaction here, with the fields that differ from the reference's and the reason. */
  readonly differs?: Readonly<
    Record<string, { readonly because: string; readonly fields: Readonly<Record<string, string>> }>
  >
  /** Rows that are refused here, of `signing` or `rejected`. */
  readonly refused: Readonly<Record<string, { readonly code: ErrorCode; readonly says: RegExp }>>
  /** Rows of `rejected` that are signed here, and why. */
  readonly signed: Readonly<Record<string, string>>
  /** What the network says when a row recorded nothing for a question. */
  readonly otherwise?: Answering
  /** The producer's shapes, explained. */
  readonly shapes: Readonly<Record<string, string>>
}

export interface Walked {
  readonly chain: Chain
  readonly wallet: ManagedWallet
  readonly accounts: readonly string[]
  readonly plan: SigningPlan
  readonly intent: Intent
  readonly signed: SignedTransaction
  readonly lookups: FakeLookups
}

export async function walk(code: string, row: EvmCase, otherwise?: Answering): Promise<Walked> {
  const chain = loadEvm(definitionOf(code).code)
  const { transactions } = chain
  const wallet = walletOf(row, chain)
  const lookups = new FakeLookups(replay(row.http, otherwise))
  const input = inputFor(chain, row.pending, wallet)
  const accounts = transactions.accounts(input)
  const plan = await transactions.prepare(input, lookups)
  const intent = transactions.decode(plan, descriptors(wallet))
  const signed = sign(chain, plan, wallet)
  transactions.verify(plan, signed)
  return { chain, wallet, accounts, plan, intent, signed, lookups }
}

/**
 * Plays what was recorded. An estimate is found by its method alone: here the node is shown the whole transaction, where the reference leaves out the value or
 * the token that pays on some chains.
 */
function replay(http: readonly Exchange[], otherwise: Answering = (call) => unrecorded(call)): Answering {
  return (call) => {
    const exchange = http.find(({ url, body }) => {
      if (call.endpoint !== undefined) return url.startsWith(`https://${call.endpoint.toLowerCase()}.`)
      const path = url.replace('{TATUM_API_URL}', '').replace('stub-api-key', '{apiKey}')
      if (path !== call.path || body?.method !== call.method) return false
      return call.method?.endsWith('_estimateGas') === true || same(body?.params, call.params)
    })
    if (exchange === undefined) return otherwise(call)
    const reply = exchange.response.body
    if (typeof reply === 'object' && reply !== null && 'error' in reply) {
      return new KeywardError('API_REFUSED', JSON.stringify(reply.error))
    }
    return typeof reply === 'object' && reply !== null && 'result' in reply ? reply.result : reply
  }
}

const unrecorded = (call: LookupCall): Error => new Error(`not recorded: ${JSON.stringify(call)}`)
/** Letter case of an address says nothing. */
const same = (left: unknown, right: unknown): boolean =>
  JSON.stringify([left]).toLowerCase() === JSON.stringify([right]).toLowerCase()

/** Everything that a chain's vectors promise: keys, bytes, refusals, and what the producer's texts mean. */
export function chainVectorSuite(expectations: Expectations, otherBytes = expectSameBytes): void {
  const { code, refused, signed, otherwise, shapes, differs = {} } = expectations
  const { wallets, signing, rejected, producerShapes } = vectorsOf(code)

  chainKeysSuite(
    loadEvm(definitionOf(code).code),
    wallets.map(({ derived, ...wallet }) => ({ ...wallet, keys: derived })),
  )

  describe(`${code}: golden vectors`, () => {
    for (const row of signing) {
      const different = differs[row.name]
      if (refused[row.name] !== undefined) continue
      if (different === undefined) {
        it(`${row.name}: has the reference's content and signer (${row.note})`, async () => {
          const walked = await walk(code, row, otherwise)
          // The file names signers with 0x, and wallets as people of the chain write them.
          const { addressPrefix = '0x' } = definitionOf(code)
          expect(walked.accounts).to.deep.equal([row.signer.address.replace('0x', addressPrefix)])
          expect(walked.plan.signers[0]?.index).to.equal(row.signer.index)
          otherBytes(walked, row)
        })
      } else {
        it(`${row.name}: is another transaction here, because ${different.because}`, async () => {
          const { plan, signed: made } = await walk(code, row, otherwise)
          expect(made.raw).not.to.equal(row.signedTx)
          expect(plan.body).to.deep.include(different.fields)
        })
      }
    }

    for (const row of [...signing.filter(({ name }) => refused[name] !== undefined), ...rejected]) {
      const expected = refused[row.name]
      if (expected !== undefined) {
        it(`${row.name}: refused`, async () => {
          const error = await refusal(() => walk(code, row, otherwise))
          expect(error.code).to.equal(expected.code)
          expect(error.message).to.match(expected.says)
        })
      } else {
        it(`${row.name}: signed here, because ${signed[row.name] ?? '(no reason is known)'}`, async () => {
          expect(signed).to.have.property(row.name)
          const { intent } = await walk(code, row, otherwise)
          const { to } = JSON.parse(row.pending.serializedTransaction) as { to: string }
          expect(intent.actions[0]).to.include({ to: to.toLowerCase() })
        })
      }
    }
  })

  describe(`${code}: what the reference builds for a signatureId is read and explained`, () => {
    for (const [name, shape] of Object.entries(producerShapes.shapes)) {
      it(name, async () => {
        const chain = loadEvm(definitionOf(code).code)
        const network = shape.includes('"chainId":42220') ? 'mainnet' : 'testnet'
        const wallet = makeWallet({ privateKey: '0x'.padEnd(66, '46') }, network, undefined, chain)
        const input = inputFor(chain, pendingOf(shape.replace('…', ''), wallet), wallet)
        const plan = await chain.transactions.prepare(input, new FakeLookups(otherwise ?? unrecorded))
        expect(intentSummary(chain.transactions.decode(plan, descriptors(wallet)))).to.equal(shapes[name])
      })
    }
  })
}

const expectSameBytes = ({ signed }: Walked, row: { readonly signedTx: string; readonly txHash: string }): void => {
  // One signer of the reference keeps the letter case of data; the bytes are what counts.
  expect(signed).to.deep.equal({ raw: row.signedTx.toLowerCase(), txId: row.txHash })
}

/** A healthy network of this chain. */
export function healthy(code: string): Answering {
  const { chainIds, methods } = definitionOf(code)
  return ({ path, method, endpoint }) => {
    if (endpoint !== undefined) return { fast: { maxFee: 45.6 } }
    if (method === methods.chainId) return `0x${chainIds.testnet[0]?.toString(16)}`
    if (method === methods.estimateGas) return '0xf4240'
    if (method === methods.gasPrice) return '0x2540be400'
    if (method === methods.transactionCount) return '0x7'
    if (path.includes('/transaction/count/')) return 7
    return unrecorded({ path })
  }
}
