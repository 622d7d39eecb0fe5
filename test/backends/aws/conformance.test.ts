import { expect } from 'chai'
import { AwsStore } from '../../../src/backends/aws/aws-store.js'
import { newSignatureId } from '../../../src/core/ids.js'
import { Secret } from '../../../src/core/secret.js'
import { failureOf } from '../../kit/failure-of.js'
import { plainWallet, readPlain, sampleWallet } from '../../kit/sample-wallets.js'
import { describeWithServers, startMoto } from '../../servers/servers.js'
import type { RunningServer } from '../../servers/servers.js'
import { AwsPlace, staticAuth } from '../../kit/aws/aws-place.js'
import { faultyAws } from '../../kit/aws/faulty-aws.js'
import { backendFaultSuite } from '../../kit/backend-fault-suite.js'
import { backendSuite } from '../../kit/backend-suite.js'

const TOGGLES = { revision: false, atomicBatches: true }

backendSuite(
  'AWS Secrets Manager',
  async () => {
    const place = await AwsPlace.make()
    return { connect: () => place.backend(), dispose: () => place.close() }
  },
  TOGGLES,
)

// Nothing in AWS is ever sealed.
backendFaultSuite('AWS Secrets Manager', () => faultyAws(), { without: ['sealed'], many: 250 })

describeWithServers('AWS Secrets Manager on moto', () => {
  let moto: RunningServer
  let places = 0

  before(async function () {
    this.timeout(90_000)
    moto = await startMoto()
  })

  after(() => moto.stop())

  it('signs in with a role of its token service', async () => {
    const place = await AwsPlace.make()
    const roleArn = 'arn:aws:iam::123456789012:role/keyward'
    const auth = { method: 'assume-role', roleArn, externalId: 'tenant', stsEndpoint: moto.url, source: staticAuth }
    const backend = await place.opened({ endpoint: moto.url, prefix: 'by-role', auth })
    const wallet = sampleWallet()
    await backend.create([wallet])
    expect(await readPlain(backend, wallet.descriptor.signatureId)).to.deep.equal(plainWallet(wallet))
    await backend.close()
    await place.close()
  })

  // Real AWS says InvalidRequestException here, moto ResourceExistsException; both mean that the name is taken.
  it('does not give the name of a deleted wallet away until it is removed for good', async () => {
    const place = await AwsPlace.make()
    const backend = await place.opened({ endpoint: moto.url, prefix: 'deleted' })
    const wallet = sampleWallet()
    const { signatureId } = wallet.descriptor
    await backend.create([wallet])
    await backend.remove(signatureId, 'recoverable')
    expect((await failureOf(backend.create([sampleWallet({ signatureId })]))).code).to.equal('WALLET_EXISTS')
    expect((await failureOf(backend.remove(signatureId, 'recoverable'))).code).to.equal('WALLET_DELETED')
    await backend.remove(signatureId, 'permanent')
    expect((await failureOf(backend.get(signatureId))).code).to.equal('WALLET_NOT_FOUND')
    await backend.close()
    await place.close()
  })

  it('makes one wallet of the same creation twice', async () => {
    const place = await AwsPlace.make()
    const store = new AwsStore(place.config({ endpoint: moto.url, prefix: 'twice' }), place.dependencies)
    const [id, value, other] = [newSignatureId(), Secret.fromText('a value'), Secret.fromText('another')]
    await store.open()
    await store.create(id, value, {})
    await store.create(id, value, {})
    expect((await failureOf(store.create(id, other, {}))).code).to.equal('WALLET_EXISTS')
    await store.close()
    await place.close()
  })

  backendSuite(
    'the AWS backend on moto',
    async () => {
      const place = await AwsPlace.make()
      places += 1
      const settings = { endpoint: moto.url, prefix: `suite/${places}` }
      return { connect: () => place.backend(settings), dispose: () => place.close() }
    },
    TOGGLES,
  )
})
