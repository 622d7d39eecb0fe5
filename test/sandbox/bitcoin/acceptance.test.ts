import { expect } from 'chai'
import { startSandbox } from '../../../src/sandbox/index.js'
import type { Sandbox } from '../../../src/sandbox/index.js'
import { ApiClient } from '../../kit/api-client.js'
import { keyNamed, pay, signed, unsigned } from '../../kit/bitcoin-client.js'
import type { Spend } from '../../kit/bitcoin-client.js'

const owner = keyNamed('owner')
const thief = keyNamed('thief')
const payee = keyNamed('payee').address
const COIN = 100_000_000n

/** An amount as it stands in the bytes of a transaction. */
const wire = (satoshis: bigint): string => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(satoshis)
  return bytes.toString('hex')
}

/** Each promise over HTTP, once on a chain that makes a block at once and once on one that waits for blocks. */
describe('what the Bitcoin ledger accepts', () => {
  let sandbox: Sandbox
  let client: ApiClient
  let coin: Spend

  const refusal = async (txData: string): Promise<string> => {
    const reply = await client.call('POST', '/v3/bitcoin/broadcast', { txData })
    expect(reply.body).to.include({ statusCode: 403, errorCode: 'blockchain.broadcast.error' })
    return reply.body.message
  }
  const broadcast = async (txData: string): Promise<string> =>
    (await client.ok('POST', '/v3/bitcoin/broadcast', { txData })).txId
  const fund = async (amount: string, legacy = false): Promise<Spend> => {
    const txId = await sandbox.fund('BTC', legacy ? owner.legacyAddress : owner.address, amount)
    return { txId, index: 0, satoshis: BigInt(Number(amount) * 1e8), key: owner, legacy }
  }
  const use = (blockSeconds?: number) => {
    before(async () => {
      sandbox = await startSandbox({ chains: ['BTC'], ...(blockSeconds === undefined ? {} : { blockSeconds }) })
      client = new ApiClient(sandbox.url)
    })
    after(() => sandbox.close())
    beforeEach(async () => {
      await sandbox.reset()
      coin = await fund('1')
    })
  }

  describe('with a block for each transaction', () => {
    use()

    it('takes a transaction without any fee, and one that gives everything to the miners', async () => {
      await broadcast(pay([coin], [{ address: payee, satoshis: COIN }]))
      await broadcast(pay([await fund('1')], [{ address: payee, satoshis: 546n }]))
    })

    it('takes old-style and segwit inputs in one transaction', async () => {
      await broadcast(pay([coin, await fund('2', true)], [{ address: payee, satoshis: 3n * COIN }]))
    })

    it('takes outputs to scripts of every kind, data without coins too', async () => {
      const hash = '5b801ea37f0eac236599807caa24d350a3940c51'
      const wide = 'd0b6c6e0b3029be10aa7b9fb4d464a9819d7d4a42aabb5d9d6ec1ef4a41b974f'
      const scripts = [`a914${hash}87`, `0020${wide}`, `5120${wide}`, `5202${'ab'.repeat(2)}`, '6a0968656c6c6f206b6d73']
      const transaction = unsigned([coin], [])
      for (const script of scripts)
        transaction.addOutput(Buffer.from(script, 'hex'), script.startsWith('6a') ? 0n : 1000n)
      const txId = await broadcast(signed(transaction, [coin]))
      const { outputs } = await client.ok('GET', `/v3/bitcoin/transaction/${txId}`)
      expect(outputs.map(({ address }) => address?.slice(0, 4))).to.deep.equal([
        '2N1b',
        'tb1q',
        'tb1p',
        undefined,
        undefined,
      ])
    })

    it('refuses a coinbase from outside, and a transaction without outputs', async () => {
      const coinbase = unsigned(
        [{ ...coin, txId: '00'.repeat(32), index: 0xffffffff }],
        [{ address: payee, satoshis: COIN }],
      )
      coinbase.setInputScript(0, Buffer.from('0102', 'hex'))
      expect(await refusal(coinbase.toHex())).to.contain('coinbase')
      expect(await refusal(pay([coin], []))).to.contain('bad-txns-vout-empty')
    })

    it('refuses more than nodes relay at once', async () => {
      const outputs = Array.from({ length: 3300 }, () => ({ address: payee, satoshis: 294n }))
      expect(await refusal(pay([coin], outputs))).to.contain('tx-size')
    })

    it('refuses a second spend of the same output, whatever the second one says', async () => {
      await broadcast(pay([coin], [{ address: payee, satoshis: COIN }]))
      const again = pay([coin], [{ address: owner.address, satoshis: COIN }])
      expect(await refusal(again)).to.contain('bad-txns-inputs-missingorspent')
    })

    it('refuses the same bytes twice, in the words of a node that knows them', async () => {
      const txData = pay([coin], [{ address: owner.address, satoshis: COIN }])
      const txId = await broadcast(txData)
      expect(await refusal(txData)).to.contain('already in utxo set')
      await broadcast(pay([{ ...coin, txId }], [{ address: payee, satoshis: COIN }]))
      expect(await refusal(txData)).to.contain('bad-txns-inputs-missingorspent')
    })

    it('refuses one output named twice in one transaction', async () => {
      const txData = pay([coin, coin], [{ address: payee, satoshis: 2n * COIN }])
      expect(await refusal(txData)).to.contain('bad-txns-inputs-duplicate')
    })

    it('refuses an output that never was', async () => {
      const txData = pay([{ ...coin, index: 1 }], [{ address: payee, satoshis: COIN }])
      expect(await refusal(txData)).to.contain('bad-txns-inputs-missingorspent')
    })

    it('refuses to pay out more than comes in', async () => {
      const txData = pay([coin], [{ address: payee, satoshis: COIN + 1n }])
      expect(await refusal(txData)).to.contain('bad-txns-in-belowout')
    })

    it('refuses amounts that cannot exist, in one output or in sum, and negative ones', async () => {
      const max = 21_000_000n * COIN
      const one = pay([coin], [{ address: payee, satoshis: max + 1n }])
      expect(await refusal(one)).to.contain('bad-txns-vout-toolarge')
      const two = pay(
        [coin],
        [max, 1000n].map((satoshis) => ({ address: payee, satoshis })),
      )
      expect(await refusal(two)).to.contain('bad-txns-txouttotal-toolarge')
      const most = pay([coin], [{ address: payee, satoshis: COIN }]).replace(wire(COIN), 'ffffffffffffffff')
      expect(await refusal(most)).to.match(/bad-txns-vout-(negative|toolarge)/)
    })

    it('refuses dust, by the kind of output: 294 for segwit, 546 for the old kind', async () => {
      const legacy = keyNamed('payee').legacyAddress
      for (const [address, least] of [
        [payee, 294n],
        [legacy, 546n],
      ] as const) {
        const below = [{ address, satoshis: least - 1n }]
        expect(await refusal(pay([coin], below)), address).to.contain('dust')
        const enough = await fund('1')
        await broadcast(pay([enough], [{ address, satoshis: least }]))
      }
    })

    it('refuses a signature by another key', async () => {
      const txData = pay([{ ...coin, key: thief }], [{ address: thief.address, satoshis: COIN }])
      expect(await refusal(txData)).to.contain('script-verify-flag-failed')
    })

    it('refuses a signature over another amount than the output holds', async () => {
      const transaction = unsigned([coin], [{ address: payee, satoshis: COIN }])
      expect(await refusal(signed(transaction, [coin], COIN - 1n))).to.contain('script-verify-flag-failed')
    })

    it('refuses a transaction that was changed after it was signed', async () => {
      for (const legacy of [false, true]) {
        const spend = await fund('1', legacy)
        const txData = pay([spend], [{ address: payee, satoshis: 90_000_000n }])
        const changed = txData.replace(wire(90_000_000n), wire(90_000_001n))
        expect(changed).to.not.equal(txData)
        expect(await refusal(changed)).to.contain('script-verify-flag-failed')
      }
    })

    it('refuses a transaction with one input signed and one not', async () => {
      const other = await fund('1')
      const transaction = unsigned([coin, other], [{ address: payee, satoshis: COIN }])
      expect(await refusal(signed(transaction, [coin]))).to.contain('script-verify-flag-failed')
    })

    it('refuses bytes that are no transaction, and bytes after one', async () => {
      const whole = pay([coin], [{ address: payee, satoshis: COIN }])
      for (const txData of ['zz', '00', 'abc', whole.slice(0, -2), `${whole}00`, `${whole}zz`, `0x${whole}`]) {
        expect(await refusal(txData), txData.slice(0, 8)).to.contain('TX decode failed')
      }
      await broadcast(whole.toUpperCase())
    })

    it('keeps lock times: refused until the block is there, accepted then', async () => {
      const { height } = await client.ok('POST', '/sandbox/mine', { chain: 'BTC' })
      const spends = [{ ...coin, sequence: 0xfffffffe }]
      const txData = pay(spends, [{ address: payee, satoshis: COIN }], { locktime: height + 2 })
      expect(await refusal(txData)).to.contain('non-final')
      await sandbox.mine('BTC', 2)
      await broadcast(txData)
    })

    it('ignores a lock time when every sequence is final', async () => {
      await broadcast(pay([coin], [{ address: payee, satoshis: COIN }], { locktime: 400_000_000 }))
    })

    it('keeps relative lock times by height', async () => {
      const txData = pay([{ ...coin, sequence: 3 }], [{ address: payee, satoshis: COIN }])
      expect(await refusal(txData)).to.contain('non-BIP68-final')
      await sandbox.mine('BTC', 2)
      await broadcast(txData)
    })

    it('changes nothing when it refuses', async () => {
      const before = await sandbox.state()
      await refusal(pay([{ ...coin, key: thief }], [{ address: thief.address, satoshis: COIN }]))
      expect(await sandbox.state()).to.deep.equal(before)
      await broadcast(pay([coin], [{ address: payee, satoshis: COIN }]))
    })
  })

  describe('with blocks that take time', () => {
    use(3600)

    it('shows a transaction as waiting until its block, and lets its outputs be spent before', async () => {
      const txId = await broadcast(pay([coin], [{ address: owner.address, satoshis: COIN }]))
      expect(await client.ok('GET', `/v3/bitcoin/transaction/${txId}`)).to.include({ blockNumber: null, block: null })
      expect(await client.ok('GET', `/v3/bitcoin/address/balance/${owner.address}`)).to.deep.equal({
        incoming: '1',
        outgoing: '0',
        incomingPending: '1',
        outgoingPending: '1',
      })
      const child = await broadcast(pay([{ ...coin, txId }], [{ address: payee, satoshis: COIN }]))
      expect((await sandbox.state()).chains.BTC).to.deep.equal({ height: 1, waiting: 2 })
      await sandbox.mine('BTC')
      for (const id of [txId, child]) {
        expect(await client.ok('GET', `/v3/bitcoin/transaction/${id}`)).to.include({ blockNumber: 2 })
      }
    })

    it('refuses a conflict with a waiting transaction in other words than one with a block', async () => {
      const txData = pay([coin], [{ address: payee, satoshis: COIN }])
      await broadcast(txData)
      expect(await refusal(txData)).to.contain('txn-already-in-mempool')
      const conflict = pay([coin], [{ address: owner.address, satoshis: COIN }])
      expect(await refusal(conflict)).to.contain('txn-mempool-conflict')
      await sandbox.mine('BTC')
      expect(await refusal(conflict)).to.contain('bad-txns-inputs-missingorspent')
    })
  })
})
