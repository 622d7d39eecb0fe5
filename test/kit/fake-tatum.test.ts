import { expect } from 'chai'
import { readFile } from 'node:fs/promises'
import { ETH, failure, makeClient, pendingId, signatureId } from '../tatum/client-kit.js'
import type { ClientUnderTest } from '../tatum/client-kit.js'
import { FakeTatum } from './fake-tatum.js'
import type { Removal } from './fake-tatum.js'

interface EthVectors {
  readonly signing: readonly {
    readonly signedTx: string
    readonly txHash: string
    readonly signer: { readonly address: string }
  }[]
}

describe('the fake Tatum API', () => {
  let tatum: FakeTatum
  let client: ClientUnderTest
  let vectors: EthVectors

  before(async () => {
    const text = await readFile(new URL('../vectors/eth.json', import.meta.url), 'utf8')
    vectors = JSON.parse(text) as EthVectors
  })

  beforeEach(async () => {
    tatum = await FakeTatum.start()
    client = makeClient(tatum.url, { retries: 0 })
    for (const number of [1, 2]) tatum.add({ id: pendingId(number), chain: 'ETH', hashes: [signatureId(number)] })
  })

  afterEach(async () => {
    await client.api.close()
    await tatum.close()
  })

  const send = (number: number, raw: string) =>
    client.api.broadcast({ chain: ETH, apiPath: 'ethereum', pendingId: pendingId(number), raw })
  const listed = async (): Promise<number> => (await client.api.pending(ETH, [signatureId(1), signatureId(2)])).length

  it('computes ids as the network does, and then finds the transaction', async () => {
    const [vector] = vectors.signing
    expect(vector).not.to.equal(undefined)
    if (!vector) return
    await failure(client.api.get(`/v3/ethereum/transaction/${vector.txHash}`))
    expect(await send(1, vector.signedTx)).to.deep.equal({ outcome: 'accepted', txId: vector.txHash, completed: true })
    expect(await client.api.get(`/v3/ethereum/transaction/${vector.txHash}`)).to.have.property('transactionHash')
    expect(await client.api.status(pendingId(1))).to.deep.equal({ state: 'done', txId: vector.txHash })
  })

  it('counts what it got, takes bytes once, and takes no second payment with the same nonce', async () => {
    const { Wallet } = await import('ethers')
    const wallet = new Wallet(`0x${'11'.repeat(32)}`)
    const sign = (nonce: number, value: bigint) =>
      wallet.signTransaction({
        to: wallet.address,
        nonce,
        value,
        gasLimit: 21_000n,
        gasPrice: 1n,
        chainId: 1n,
        type: 0,
      })
    const [first, rival, next] = [await sign(0, 1n), await sign(0, 2n), await sign(1, 1n)]
    expect(await send(1, first)).to.have.property('outcome', 'accepted')
    expect(await send(1, first))
      .to.deep.include({ outcome: 'refused' })
      .and.have.property('message')
      .that.matches(/already known/)
    expect(await send(2, rival))
      .to.have.property('message')
      .that.matches(/nonce too low/)
    expect(await send(2, next)).to.have.property('outcome', 'accepted')
    expect(tatum.broadcasts(pendingId(1))).to.deep.equal([first, first])
    expect(tatum.signedTwice).to.deep.equal([pendingId(2)])
    expect(tatum.network.size).to.equal(2)
    expect(await client.api.get(`/v3/ethereum/transaction/count/${wallet.address}`)).to.equal(2)
  })

  for (const [removal, lost, answered] of [
    ['accept', 1, 0],
    ['reply', 2, 1],
    ['never', 2, 2],
  ] as const satisfies readonly (readonly [Removal, number, number])[]) {
    it(`lists ${lost} after a lost answer and ${answered} after a good one when it removes at ${removal}`, async () => {
      tatum.removal = removal
      tatum.fail('broadcast', { kind: 'accept-then-reset', times: 1 })
      expect(await send(1, '0xaa')).to.have.property('outcome', 'unknown')
      expect(tatum.network.size).to.equal(1)
      expect(await listed()).to.equal(lost)
      expect(await send(2, '0xbb')).to.have.property('outcome', 'accepted')
      expect(await listed()).to.equal(answered)
    })
  }

  it('fails as often as told, and only for whom', async () => {
    tatum.fail('broadcast', { kind: 500, times: 2, only: pendingId(2) })
    expect(await send(1, '0xaa')).to.have.property('outcome', 'accepted')
    for (const outcome of ['unknown', 'unknown', 'accepted'])
      expect(await send(2, '0xbb')).to.have.property('outcome', outcome)
    tatum.fail('lookup', 500)
    await failure(client.api.get('/v3/blockchain/fee/ETH'))
    tatum.heal()
    await client.api.get('/v3/blockchain/fee/ETH')
  })

  it('forgets what is dropped', async () => {
    tatum.drop(pendingId(1))
    expect(await client.api.status(pendingId(1))).to.deep.equal({ state: 'missing' })
    expect(await send(1, '0xaa')).to.deep.include({ outcome: 'refused' })
    expect(tatum.network.size).to.equal(0)
    expect(tatum.open).to.deep.equal([pendingId(2)])
  })

  it('holds thousands', async () => {
    tatum.add(
      ...Array.from({ length: 5_000 }, (_, index) => ({
        id: pendingId(index + 100),
        chain: 'ETH',
        hashes: [signatureId(1)],
      })),
    )
    expect(await listed()).to.equal(5_002)
  })

  it('knows unspent outputs until they are spent', async () => {
    const output = { value: 1000, script: '0014aa', address: 'bc1q' }
    tatum.network.addOutput('bitcoin', 'ab', 1, output)
    expect(await client.api.get('/v3/bitcoin/utxo/ab/1')).to.include({ ...output, hash: 'ab', index: 1 })
    const error = await failure(client.api.get('/v3/bitcoin/utxo/ab/2'))
    expect(error.context).to.include({ status: 403, errorCode: 'tx.hash.index.spent' })
  })
})
