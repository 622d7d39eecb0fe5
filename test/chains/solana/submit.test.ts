import { expect } from 'chai'
import { loadSolana } from '../../../src/chains/solana/index.js'
import type { EndpointRequest } from '../../../src/core/chain.js'
import { KeywardError } from '../../../src/core/errors.js'
import { Secret } from '../../../src/core/secret.js'
import { codeThrownBy, managed } from '../../kit/chain-suite.js'
import { testLookups } from '../../kit/lookups.js'
import { chainCodeSchema } from '../../../src/core/ids.js'
import { buildMessage, pay } from './build.js'
import {
  BLOCKHASH,
  blockhashAnswer,
  FakeNode,
  inputOf,
  lookupsOf,
  nodeRefusal,
  refusalOf,
  requestFor,
  signWith,
  solana,
  vectors,
} from './kit.js'
import type { NodeAnswers } from './kit.js'

const { mnemonic, address } = vectors.wallets[0]!
const wallet = managed(solana, solana.keys.fromMnemonic(Secret.fromText(mnemonic), 'testnet'), 'testnet')
const message = buildMessage(address, [pay(address, vectors.wallets[5]!.address, 5n)])
const LAST_VALID = 1150

async function signed() {
  const node = new FakeNode({ getLatestBlockhash: [blockhashAnswer(BLOCKHASH, LAST_VALID)] })
  const input = inputOf(requestFor(message, [wallet]), [wallet])
  const plan = await solana.transactions.prepare(input, lookupsOf(node, [wallet]))
  return { plan, result: signWith(plan, [wallet]) }
}

const done = { slot: 2, meta: { err: null } }
const broken = { slot: 2, meta: { err: { InstructionError: [0, { Custom: 1 }] } } }
const offline = new KeywardError('API_UNREACHABLE', 'no answer')

async function submit(answers: NodeAnswers, sentBefore = false) {
  const { plan, result } = await signed()
  const node = new FakeNode({ sendTransaction: [result.txId], ...answers })
  const reply = await solana.transactions.submit!(plan, result, lookupsOf(node), sentBefore)
  const meaning = reply.outcome === 'refused' ? solana.transactions.rejection(reply.message) : undefined
  return { reply, meaning, node, txId: result.txId }
}

describe('Solana: sending and finding out', () => {
  it('counts a transaction as sent when the network has executed it, and not when a node took it', async () => {
    const { reply, node, txId } = await submit({ getTransaction: [null, null, done] })
    expect(reply).to.deep.equal({ outcome: 'accepted', txId, completed: false })
    expect(node.methods()).to.deep.equal(['sendTransaction', 'getTransaction', 'getTransaction', 'getTransaction'])
  })

  it('asks the client not to repeat the sending unseen, and lets it repeat questions', async () => {
    const { node } = await submit({ getTransaction: [done] })
    expect(node.calls.map(({ method, once }) => [method, once])).to.deep.equal([
      ['sendTransaction', true],
      ['getTransaction', false],
    ])
  })

  it('says unknown after a slow confirmation, where the reference reports a failure that may still be paid', async () => {
    const { reply, node } = await submit({ getTransaction: [null] })
    expect(reply.outcome).to.equal('unknown')
    expect(node.methods().filter((method) => method === 'getTransaction')).to.have.lengthOf(4)
  })

  it('fails for good what was executed with an error, once that is final and not before', async () => {
    const final = await submit({ getTransaction: [broken] })
    expect([final.reply.outcome, final.meaning]).to.deep.equal(['refused', 'rejected'])
    const early = await submit({ getTransaction: [broken, null] })
    expect(early.reply.outcome).to.equal('unknown')
    const reversed = await submit({ getTransaction: [broken, done] })
    expect(reversed.reply.outcome).to.equal('unknown')
  })

  it('fails for good what the node refused to forward, when these bytes were never out', async () => {
    for (const [code, words] of [
      [-32002, 'Transaction simulation failed: Attempt to debit an account but found no record of a prior credit.'],
      [-32003, 'Transaction signature verification failure'],
      [-32602, 'invalid params'],
    ] as const) {
      const { reply, meaning, node } = await submit({ sendTransaction: [nodeRefusal(code, words)] })
      expect([reply.outcome, meaning]).to.deep.equal(['refused', 'rejected'])
      expect(node.methods()).to.deep.equal(['sendTransaction'])
      expect(reply).to.have.property('message').that.includes(words)
    }
  })

  it('fails nothing because a second copy was refused: the first one may be on its way', async () => {
    const refusal = nodeRefusal(-32002, 'Transaction simulation failed: insufficient lamports')
    const waiting = await submit({ sendTransaction: [refusal], getTransaction: [null] }, true)
    expect(waiting.reply.outcome).to.equal('unknown')
    const landed = await submit({ sendTransaction: [refusal], getTransaction: [done] }, true)
    expect(landed.reply.outcome).to.equal('accepted')
    const executed = await submit({ sendTransaction: [refusal], getTransaction: [broken] }, true)
    expect([executed.reply.outcome, executed.meaning]).to.deep.equal(['refused', 'rejected'])
  })

  it('takes no refusal for final that another node, or a moment, may not repeat', async () => {
    for (const refusal of [
      nodeRefusal(-32002, 'Transaction simulation failed: Blockhash not found'),
      nodeRefusal(-32002, 'Transaction simulation failed: This transaction has already been processed'),
      nodeRefusal(-32005, 'Node is behind by 42 slots'),
      nodeRefusal(-32603, 'Internal error'),
      new KeywardError('API_REFUSED', 'HTTP 403', { context: { status: 403 } }),
    ]) {
      const { reply } = await submit({ sendTransaction: [refusal], getTransaction: [null] })
      expect(reply.outcome, refusal.message).to.equal('unknown')
    }
  })

  it('lets every other failure through, which leaves the outcome unknown', async () => {
    expect((await refusalOf(() => submit({ sendTransaction: [offline] }))).code).to.equal('API_UNREACHABLE')
    expect((await refusalOf(() => submit({ getTransaction: [offline] }))).code).to.equal('API_UNREACHABLE')
    expect((await refusalOf(() => submit({ sendTransaction: ['another id'] }))).code).to.equal('API_REPLY_MALFORMED')
    expect((await refusalOf(() => submit({ getTransaction: [{ slot: 1 }] }))).code).to.equal('API_REPLY_MALFORMED')
  })

  it("takes no node's words for final, whatever they say", () => {
    for (const words of [
      '',
      'rejected',
      'insufficient funds',
      'Blockhash not found',
      'already processed',
      'x the node refused the transaction before it was forwarded',
    ]) {
      expect(solana.transactions.rejection(words)).to.equal('unknown')
    }
  })

  it('finds what was executed with an effect, and nothing else', async () => {
    const { result } = await signed()
    const find = (...getTransaction: unknown[]): Promise<boolean> =>
      solana.transactions.find(result.txId, lookupsOf(new FakeNode({ getTransaction })))
    expect(await find(done)).to.equal(true)
    expect(await find(null)).to.equal(false)
    expect(await find(broken, broken)).to.equal(false)
    expect((await refusalOf(() => find(offline))).code).to.equal('API_UNREACHABLE')
  })

  describe('expiry', () => {
    const expired = async (height: unknown, ...getTransaction: unknown[]): Promise<boolean> => {
      const { plan, result } = await signed()
      const node = new FakeNode({ getBlockHeight: [height], getTransaction })
      const answer = await solana.transactions.expired!(plan, lookupsOf(node), result)
      expect(node.calls[0]?.params).to.deep.equal([{ commitment: 'finalized' }])
      return answer
    }

    it('is proven when the last final block is far beyond the last one that could hold the bytes, and nobody has seen them', async () => {
      expect(await expired(LAST_VALID + 151, null)).to.equal(true)
      expect(await expired(LAST_VALID + 151, broken, broken)).to.equal(true)
    })

    it('is not proven before that, nor when they were executed, nor when a node does not answer', async () => {
      expect(await expired(LAST_VALID - 1)).to.equal(false)
      expect(await expired(LAST_VALID + 150)).to.equal(false)
      expect(await expired(LAST_VALID + 151, done)).to.equal(false)
      expect(await expired(LAST_VALID + 151, broken, null)).to.equal(false)
      expect((await refusalOf(() => expired(LAST_VALID + 151, offline))).code).to.equal('API_UNREACHABLE')
      expect((await refusalOf(() => expired('high'))).code).to.equal('API_REPLY_MALFORMED')
    })
  })

  describe('a node of the customer', () => {
    const asked: { role: string; request: EndpointRequest }[] = []
    const ownNode = (answer: unknown) =>
      testLookups({
        endpoint: (role, request) => {
          asked.push({ role, request })
          return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer)
        },
      })

    it('is asked in place of the API when the configuration names one', async () => {
      const { result } = await signed()
      const reply = { jsonrpc: '2.0', id: 1, result: done }
      expect(await solana.transactions.find(result.txId, ownNode(reply))).to.equal(true)
      const params = [result.txId, { commitment: 'confirmed', maxSupportedTransactionVersion: 0 }]
      const body = { jsonrpc: '2.0', id: 1, method: 'getTransaction', params }
      expect(asked.at(-1)).to.deep.equal({ role: 'node', request: { method: 'POST', path: '', body } })
    })

    it('is understood when it refuses', async () => {
      const { plan, result } = await signed()
      const error = { code: -32002, message: 'Transaction simulation\u0000 failed' }
      const reply = await solana.transactions.submit!(plan, result, ownNode({ jsonrpc: '2.0', id: 1, error }), false)
      expect(asked.at(-1)?.request.once).to.equal(true)
      expect(reply.outcome).to.equal('refused')
      expect(reply).to.have.property('message').that.includes('Transaction simulation failed')
    })

    it('is not replaced by the API when it does not answer', async () => {
      const { result } = await signed()
      expect((await refusalOf(() => solana.transactions.find(result.txId, ownNode(offline)))).code).to.equal(
        'API_UNREACHABLE',
      )
      expect((await refusalOf(() => solana.transactions.find(result.txId, ownNode('<html>')))).code).to.equal(
        'API_REPLY_MALFORMED',
      )
    })
  })

  it('refuses block hashes that are none', async () => {
    const input = inputOf(requestFor(message, [wallet]), [wallet])
    for (const answer of [
      null,
      {},
      blockhashAnswer('short'),
      blockhashAnswer(BLOCKHASH, -1),
      blockhashAnswer(`${BLOCKHASH}1`),
    ]) {
      const lookups = lookupsOf(new FakeNode({ getLatestBlockhash: [answer] }), [wallet])
      expect((await refusalOf(() => solana.transactions.prepare(input, lookups))).code).to.equal('API_REPLY_MALFORMED')
    }
  })

  it('loads no other chain', () => {
    expect(codeThrownBy(() => loadSolana(chainCodeSchema.parse('BTC')))).to.equal('CHAIN_UNKNOWN')
  })
})
