import { expect } from 'chai'
import { intentSummary } from '../../../src/core/intent.js'
import type { ErrorCode } from '../../../src/core/errors.js'
import { inputOf, FakeNode, lookupsOf, pendingOf, refusalOf, signWith, solana, vectors, walletsOf } from './kit.js'
import type { SolanaCase } from './kit.js'

/** The recorded answers of the node, by method. */
function nodeOf(row: SolanaCase): FakeNode {
  const answers: Record<string, unknown[]> = {}
  for (const { request, response } of row.httpExchange) {
    const { method } = request.body
    if (typeof method !== 'string') continue
    const { result } = response.body as { result?: unknown }
    answers[method] = [...(answers[method] ?? []), result]
  }
  return new FakeNode({ getLatestBlockhash: [BLOCKHASH_REPLY], ...answers })
}

const BLOCKHASH_REPLY = (vectors.signing[0]?.httpExchange[0]?.response.body as { result: unknown }).result

/** read -> accounts -> prepare -> decode -> sign -> verify -> submit */
async function walk(row: SolanaCase) {
  const wallets = walletsOf(row)
  const input = inputOf(pendingOf(row), wallets)
  const node = nodeOf(row)
  const lookups = lookupsOf(node, wallets)
  const plan = await solana.transactions.prepare(input, lookups)
  const intent = solana.transactions.decode(plan, input.wallets)
  const signed = signWith(plan, wallets)
  solana.transactions.verify(plan, signed)
  return { accounts: solana.transactions.accounts(input), plan, intent, signed, node, lookups }
}

describe('Solana: golden vectors', () => {
  describe("every signed transaction has the reference's bytes and id, and the API is told the id", () => {
    for (const row of vectors.signing.filter(({ id }) => id !== 'sol-foreign-key-order')) {
      it(`${row.id}: ${row.description}`, async () => {
        const { signed, plan, node, lookups } = await walk(row)
        expect(signed).to.deep.equal({ raw: row.signedTransactionBase64, txId: row.txId })
        expect(plan.signers.length + Object.keys(plan.body['cosignatures'] as object).length).to.equal(
          row.signatures?.length,
        )
        const reply = await solana.transactions.submit?.(plan, signed, lookups, false)
        expect(reply).to.deep.equal({ outcome: 'accepted', txId: row.broadcast?.body.txData, completed: false })
        expect(node.methods()).to.deep.equal(['getLatestBlockhash', 'sendTransaction', 'getTransaction'])
        const [asked, sent] = row.httpExchange
        expect(node.calls[0]?.params).to.deep.equal(asked?.request.body['params'])
        expect(node.calls[1]?.params).to.deep.equal(sent?.request.body['params'])
        expect(new Set(node.calls.map(({ path }) => path))).to.deep.equal(new Set(['/v3/blockchain/node/SOL/{apiKey}']))
      })
    }

    it('sol-foreign-key-order: the message keeps its order, where the reference signs a rearranged one that nobody was shown', async () => {
      const row = vectors.signing.find(({ id }) => id === 'sol-foreign-key-order')!
      const { signed } = await walk(row)
      const { txData } = JSON.parse(pendingOf(row).serializedTransaction) as { txData: string }
      const message = Buffer.from(signed.raw, 'base64').subarray(65)
      expect(message.length).to.equal(txData.length / 2)
      const changed = [...Buffer.from(txData, 'hex').entries()].filter(([place, byte]) => message[place] !== byte)
      expect(changed.every(([place]) => place >= 4 + 4 * 32 && place < 4 + 5 * 32)).to.equal(true)
      expect(signed.raw).to.not.equal(row.signedTransactionBase64)
    })
  })

  describe('what the vectors do is said in words', () => {
    const SENDER = '5HuW5jMxqhHNAymrqF85Kdxx3SDHCq9YBNpGu88KFUwb'
    const MINT = '4DNJ1wUCcLVgNCM6uXA22RywmMtRMpuPzKZ439FK9kRd'
    const expected: Readonly<Record<string, RegExp>> = {
      'sol-native-transfer': /^pay 1\.5 SOL to \w+; fee 0\.000005 SOL$/,
      'sol-native-transfer-fee-payer': /^pay 0\.000000001 SOL to \w+; fee 0\.00001 SOL$/,
      'sol-spl-transfer-new-ata':
        /^open token account .*; pay 12345678 units of token \w+ to \w+; fee at most 0\.00204428 SOL$/,
      'sol-nft-transfer-mnemonic-wallet':
        /^open token account .*; pay 1 units of token \w+ to \w+; fee at most 0\.00204428 SOL$/,
      'sol-foreign-key-order': /^pay 0\.000001 SOL to \w+; pay 0\.000002 SOL to \w+; fee 0\.000005 SOL$/,
      'sol-spl-deploy-mintpk': new RegExp(
        `^pay 0.0014616 SOL to ${MINT}; create account .*NOT DECODED: instruction 2: 67 bytes for program Token\\w+; NOT DECODED: instruction 4: 9 bytes`,
      ),
    }
    for (const [id, summary] of Object.entries(expected)) {
      it(id, async () => {
        const { intent, accounts } = await walk(vectors.signing.find((row) => row.id === id)!)
        expect(intentSummary(intent)).to.match(summary)
        if (id.startsWith('sol-native')) expect(accounts).to.deep.equal([SENDER])
      })
    }
  })

  describe('what the reference refuses', () => {
    const refused: Readonly<Record<string, { code: ErrorCode; says: RegExp }>> = {
      'sol-unknown-signer': { code: 'SIGNER_MISMATCH', says: /does not require a key of wallet 33345d0b/ },
      'sol-missing-signer': { code: 'SIGNATURE_INCOMPLETE', says: /89nnAV3WTbaET1hxtg61JHUEK7RSgxfexr91L5HU14e1/ },
    }
    for (const [id, { code, says }] of Object.entries(refused)) {
      it(`${id}: refused here too, before the node is asked`, async () => {
        const error = await refusalOf(() => walk(vectors.errors.find((row) => row.id === id)!))
        expect(error.code).to.equal(code)
        expect(error.message).to.match(says)
      })
    }

    it('sol-signatures-list: signed here, because the list says which wallet and which index', async () => {
      const { plan, intent } = await walk(vectors.errors.find(({ id }) => id === 'sol-signatures-list')!)
      expect(plan.signers).to.have.lengthOf(1)
      expect(plan.signers[0]).to.include({ index: 0, address: 'B9sVeu4rJU12oUrUtzjc6BSNuEXdfvurZkdcaTVkP2LY' })
      expect(intentSummary(intent)).to.match(/^pay 1 SOL to /)
    })

    it('sol-v0-message: signed here, because versioned messages are what the network of today uses', async () => {
      const { signed, intent } = await walk(vectors.errors.find(({ id }) => id === 'sol-v0-message')!)
      expect(Buffer.from(signed.raw, 'base64')[65]).to.equal(0x80)
      expect(intentSummary(intent)).to.match(/^pay 1 SOL to \w+; fee 0\.000005 SOL$/)
    })

    it('sol-preflight-failure: signed, then refused by the node before anything was forwarded: failed for good', async () => {
      const row = vectors.errors.find(({ id }) => id === 'sol-preflight-failure')!
      const { signed } = await walk(row)
      expect(signed).to.deep.equal({ raw: row.signedTransactionBase64, txId: row.txId })
    })
  })
})
