import { expect } from 'chai'
import { KeywardError } from '../../../src/core/errors.js'
import { DeliveryService } from '../../../src/core/pipeline/delivery.js'
import { intentSummary } from '../../../src/core/intent.js'
import { requestDigest } from '../../../src/core/pending-transaction.js'
import { Secret } from '../../../src/core/secret.js'
import { planDigest } from '../../../src/core/signing-plan.js'
import type { BroadcastRequest, TatumApi } from '../../../src/core/tatum-api.js'
import { managed } from '../../kit/chain-suite.js'
import { MemoryJournal } from '../../kit/memory-journal.js'
import { buildMessage, pay } from './build.js'
import {
  blockhashAnswer,
  BLOCKHASH,
  FakeNode,
  inputOf,
  instantClock,
  lookupsOf,
  nodeRefusal,
  requestFor,
  signWith,
  SOL,
  solana,
  vectors,
} from './kit.js'
import type { NodeAnswers } from './kit.js'

const { mnemonic, address } = vectors.wallets[0]!
const wallet = managed(solana, solana.keys.fromMnemonic(Secret.fromText(mnemonic), 'testnet'), 'testnet')
const done = { meta: { err: null } }
const broken = { meta: { err: 'InstructionError' } }
const LAST_VALID = 1150
const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }

/** Signed bytes in a journal, and the core's own delivery of them to a node that answers as given. */
async function delivered(answers: NodeAnswers, { resumed = false, rounds = 1 } = {}) {
  const pending = requestFor(buildMessage(address, [pay(address, vectors.wallets[5]!.address, 5n)]), [wallet])
  const input = inputOf(pending, [wallet])
  const hash = new FakeNode({ getLatestBlockhash: [blockhashAnswer(BLOCKHASH, LAST_VALID)] })
  const plan = await solana.transactions.prepare(input, lookupsOf(hash, [wallet]))
  const signed = signWith(plan, [wallet])
  const journal = new MemoryJournal(instantClock)
  const digest = planDigest(plan)
  await journal.claim([
    { pendingId: pending.id, chain: SOL, network: 'testnet', requestDigest: requestDigest(pending) },
  ])
  const summary = intentSummary(solana.transactions.decode(plan, input.wallets))
  await journal.record(pending.id, { to: 'prepared', plan, digest, summary })
  await journal.record(pending.id, { to: 'approved', decision: { verdict: 'approved', digest, by: 'test' } })
  await journal.record(pending.id, { to: 'signed', signed })
  const told: BroadcastRequest[] = []
  const api = {
    broadcast: async (request: BroadcastRequest) => {
      told.push(request)
      return { outcome: 'accepted', txId: request.raw, completed: true }
    },
    status: async () => ({ state: 'open' }),
    complete: async () => undefined,
  } as unknown as TatumApi
  const node = new FakeNode({ sendTransaction: [signed.txId], getBlockHeight: [LAST_VALID - 50], ...answers })
  const service = new DeliveryService(api, journal, quiet, instantClock)
  const delivery = { chain: solana, lookups: lookupsOf(node), plan, signed }
  const outcomes: string[] = []
  for (let round = 0; round < rounds; round++) {
    outcomes.push(await service.deliver(delivery, resumed || round > 0, new AbortController().signal))
  }
  const sent = node.calls.filter(({ method }) => method === 'sendTransaction').map(({ params }) => params[0])
  return { outcomes, told, sent, signed, entry: await journal.get(pending.id) }
}

describe('Solana: delivery', () => {
  it('tells the API the transaction id, once the network has executed the transaction', async () => {
    const { outcomes, told, signed, entry } = await delivered({ getTransaction: [null, done] })
    expect(outcomes).to.deep.equal(['completed'])
    expect(told.map(({ raw, apiPath }) => [raw, apiPath])).to.deep.equal([[signed.txId, 'solana']])
    expect(entry).to.include({ state: 'completed', txId: signed.txId })
  })

  it('sends the same bytes again while they may still be executed, and reports no failure', async () => {
    const { outcomes, sent, signed, told } = await delivered({ getTransaction: [null] }, { rounds: 3 })
    expect(outcomes).to.deep.equal(['open', 'open', 'open'])
    expect(sent.length).to.be.greaterThan(3)
    expect(new Set(sent)).to.deep.equal(new Set([signed.raw]))
    expect(told).to.be.empty
  })

  it('completes what was executed after a slow confirmation, though the node calls the second copy a failure', async () => {
    const refusal = nodeRefusal(-32002, 'Transaction simulation failed: insufficient lamports')
    const nothing = new Array<null>(5).fill(null)
    const offline = new KeywardError('API_UNREACHABLE', 'no answer')
    const { outcomes } = await delivered(
      { sendTransaction: [offline, refusal], getTransaction: [...nothing, done] },
      { rounds: 2 },
    )
    expect(outcomes.at(-1)).to.equal('completed')
  })

  it('after a crash sends nothing that was executed already', async () => {
    const { outcomes, sent } = await delivered({ getTransaction: [done] }, { resumed: true })
    expect(outcomes).to.deep.equal(['completed'])
    expect(sent).to.be.empty
  })

  it('after a crash does not believe a refusal, because an earlier copy may be out', async () => {
    const refusal = nodeRefusal(-32002, 'Transaction simulation failed: insufficient lamports')
    const { outcomes } = await delivered({ sendTransaction: [refusal], getTransaction: [null] }, { resumed: true })
    expect(outcomes).to.deep.equal(['open'])
  })

  it('fails what was refused before it was forwarded, with the words of the node', async () => {
    const refusal = nodeRefusal(-32002, 'Transaction simulation failed: insufficient lamports')
    const { outcomes, entry } = await delivered({ sendTransaction: [refusal], getTransaction: [null] })
    expect(outcomes).to.deep.equal(['failed'])
    expect(entry?.reason?.message).to.include('insufficient lamports')
  })

  it('fails what was executed with an error, once that is final', async () => {
    const { outcomes, entry } = await delivered({ getTransaction: [broken] })
    expect(outcomes).to.deep.equal(['failed'])
    expect(entry?.reason?.message).to.include('executed the transaction, with an error')
  })

  it('fails what can never be executed any more, and not one block earlier', async () => {
    const gone = nodeRefusal(-32002, 'Transaction simulation failed: Blockhash not found')
    const answers = { sendTransaction: [gone], getTransaction: [null] }
    const early = await delivered({ ...answers, getBlockHeight: [LAST_VALID + 150] })
    expect(early.outcomes).to.deep.equal(['open'])
    const late = await delivered({ ...answers, getBlockHeight: [LAST_VALID + 151] })
    expect(late.outcomes).to.deep.equal(['failed'])
  })

  it('fails nothing while the node does not answer', async () => {
    const offline = new KeywardError('API_UNREACHABLE', 'no answer')
    const all = { sendTransaction: [offline], getTransaction: [offline], getBlockHeight: [LAST_VALID + 1000] }
    expect((await delivered(all, { rounds: 2 })).outcomes).to.deep.equal(['open', 'open'])
  })
})
