import { expect } from 'chai'
import { systemClock } from '../../../src/core/clock.js'
import type { SecretBackend } from '../../../src/core/secret-backend.js'
import { wipeWallet } from '../../../src/core/wallet.js'
import { AwsPlace } from '../../kit/aws/aws-place.js'
import { seedWallets } from '../../kit/aws/seed.js'

/** @returns how many of them could be read. */
async function readAll(backend: SecretBackend, ids: Parameters<SecretBackend['getMany']>[0]): Promise<number> {
  let read = 0
  for await (const result of backend.getMany(ids)) {
    if (!('wallet' in result)) throw result.error
    wipeWallet(result.wallet)
    read += 1
  }
  return read
}

describe('AWS: many wallets', function () {
  this.timeout(60_000)
  let place: AwsPlace
  let backend: SecretBackend

  beforeEach(async () => {
    place = await AwsPlace.make()
    place.aws.keepsRequests = false
  })

  afterEach(async () => {
    await backend.close()
    await place.close()
  })

  it('lists 25,000 of them without reading one', async () => {
    const ids = seedWallets(place.aws.secrets, 25_000)
    backend = await place.opened()
    const found = new Set<string>()
    for await (const { signatureId, xpub } of backend.list()) if (xpub?.startsWith('xpub-')) found.add(signatureId)
    expect(found).to.deep.equal(new Set<string>(ids))
  })

  it('stays within the quotas of AWS, and fetches what it lists in batches meanwhile', async () => {
    seedWallets(place.aws.secrets, 3000)
    place.clock = systemClock
    place.aws.quotas = true
    place.aws.keepsRequests = true
    backend = await place.opened()
    expect(await readAll(backend, backend.names?.() ?? [])).to.equal(3000)
    // The probes of the opening, 30 pages, and 150 batches with a few that were not full.
    expect(place.aws.count('ListSecrets')).to.equal(31)
    expect(place.aws.count('BatchGetSecretValue')).to.be.within(151, 200)
    expect(place.aws.count('GetSecretValue')).to.be.lessThan(20)
    expect(place.log.lines.filter(({ event }) => event === 'backend.retry')).to.deep.equal([])
  })

  it('slows down when other programs use up the quota, and loses nothing', async () => {
    const ids = seedWallets(place.aws.secrets, 400)
    backend = await place.opened()
    place.aws.fail({
      operation: 'BatchGetSecretValue',
      answer: { status: 429, body: '{"__type":"TooManyRequestsException"}' },
      times: 15,
    })
    expect(await readAll(backend, ids)).to.equal(400)
  })
})
