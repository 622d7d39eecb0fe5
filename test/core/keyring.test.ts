import { expect } from 'chai'
import { KeywardError } from '../../src/core/errors.js'
import type { SignatureId } from '../../src/core/ids.js'
import { Keyring } from '../../src/core/keyring.js'
import type { Signer } from '../../src/core/signing-plan.js'
import { testChain, Wallets } from './pipeline/world.js'

const chain = testChain()
const signerOf = (signatureId: SignatureId): Signer => ({ signatureId, address: signatureId })

function keyring(options: { cacheMs?: number; maxWallets?: number } = {}): {
  ring: Keyring
  wallets: Wallets
  time: { now: number }
} {
  const wallets = new Wallets()
  const time = { now: 0 }
  const clock = { now: () => time.now, sleep: async () => undefined }
  return { ring: new Keyring(wallets, clock, { cacheMs: 1000, maxWallets: 10, ...options }), wallets, time }
}

/** Uses a key and keeps a reference to its bytes, as an attacker who reads memory later would have. */
const bytesOf = (ring: Keyring, id: SignatureId): Promise<Buffer> =>
  ring.with(chain, [signerOf(id)], (keyOf) => {
    const { privateKey } = keyOf(signerOf(id))
    expect(privateKey.toString()).to.equal(`key of ${id}`)
    return privateKey
  })

describe('the keyring', () => {
  it('reads a busy wallet once, however many transactions use it at the same time', async () => {
    const { ring, wallets } = keyring()
    const id = wallets.add()
    await Promise.all(Array.from({ length: 20 }, () => bytesOf(ring, id)))
    expect(wallets.reads).to.equal(1)
    ring.close()
  })

  it('reads again after the time to live, and for every use when that is 0', async () => {
    const { ring, wallets, time } = keyring({ cacheMs: 1000 })
    const id = wallets.add()
    await bytesOf(ring, id)
    time.now = 1001
    await bytesOf(ring, id)
    expect(wallets.reads).to.equal(2)
    const uncached = keyring({ cacheMs: 0 })
    const other = uncached.wallets.add()
    await bytesOf(uncached.ring, other)
    await bytesOf(uncached.ring, other)
    expect(uncached.wallets.reads).to.equal(2)
  })

  it('keeps an opened wallet no longer than the backend that had it in memory would', async () => {
    const { ring, wallets, time } = keyring({ cacheMs: 1000 })
    const id = wallets.add()
    Object.assign(wallets, { usableUntil: () => 300 })
    await bytesOf(ring, id)
    time.now = 299
    await bytesOf(ring, id)
    expect(wallets.reads).to.equal(1)
    time.now = 300
    await bytesOf(ring, id)
    expect(wallets.reads).to.equal(2)
    ring.close()
  })

  it('reads again when the clock was set back, instead of keeping the wallet until it has caught up', async () => {
    const { ring, wallets, time } = keyring({ cacheMs: 1000 })
    const id = wallets.add()
    await bytesOf(ring, id)
    time.now = -3_600_000
    await bytesOf(ring, id)
    expect(wallets.reads).to.equal(2)
    ring.close()
  })

  it('wipes the least recently used wallet when too many are open, and all of them on close', async () => {
    const { ring, wallets } = keyring({ maxWallets: 2 })
    const ids = [wallets.add(), wallets.add(), wallets.add()] as const
    const first = await bytesOf(ring, ids[0])
    const second = await bytesOf(ring, ids[1])
    await bytesOf(ring, ids[0])
    await bytesOf(ring, ids[2])
    await new Promise((resolve) => setImmediate(resolve))
    expect(
      second.every((byte) => byte === 0),
      'evicted',
    ).to.equal(true)
    expect(
      first.some((byte) => byte !== 0),
      'recently used',
    ).to.equal(true)
    ring.close()
    await new Promise((resolve) => setImmediate(resolve))
    expect(
      first.every((byte) => byte === 0),
      'closed',
    ).to.equal(true)
  })

  it('does not wipe a wallet under the hands of a transaction that waits for another one', async () => {
    const { ring, wallets } = keyring({ maxWallets: 1 })
    const [one, two] = [wallets.add(), wallets.add()]
    const used = await ring.with(chain, [signerOf(one), signerOf(two)], (keyOf) =>
      [one, two].map((id) => keyOf(signerOf(id)).privateKey.toString()),
    )
    expect(used).to.deep.equal([`key of ${one}`, `key of ${two}`])
  })

  it('does not remember a read that failed', async () => {
    const { ring, wallets } = keyring()
    const id = wallets.add()
    const descriptor = wallets.descriptors.get(id)
    wallets.descriptors.delete(id)
    const failure: unknown = await bytesOf(ring, id).catch((error: unknown) => error)
    expect(failure).to.have.property('code', 'WALLET_NOT_FOUND')
    if (descriptor) wallets.descriptors.set(id, descriptor)
    await bytesOf(ring, id)
  })

  it('refuses a backend that answers with another wallet, and a plan that names an address the wallet does not own', async () => {
    const { ring, wallets } = keyring()
    const [asked, other] = [wallets.add(), wallets.add()]
    const failure = (id: SignatureId, address: string): Promise<unknown> =>
      ring
        .with(chain, [{ signatureId: id, address }], (keyOf) => keyOf({ signatureId: id, address }))
        .catch((error: unknown) => error)
    expect(await failure(other, 'stolen'))
      .to.be.instanceOf(KeywardError)
      .with.property('code', 'SIGNER_MISMATCH')
    const swapped = wallets.descriptors.get(other)
    if (swapped) wallets.descriptors.set(asked, swapped)
    expect(await failure(asked, asked)).to.have.property('code', 'WALLET_CORRUPT')
  })
})
