import { expect } from 'chai'
import type { SignatureId } from '../../../src/core/ids.js'
import { newSignatureId } from '../../../src/core/ids.js'
import type { SecretBackend } from '../../../src/core/secret-backend.js'
import { wipeWallet } from '../../../src/core/wallet.js'
import { awsErrors } from '../../kit/aws/aws-error.js'
import { AwsPlace } from '../../kit/aws/aws-place.js'
import type { AwsOperation } from '../../kit/aws/fake-aws.js'
import type { Answer } from '../../kit/loopback-server.js'
import { failureOf } from '../../kit/failure-of.js'
import { plainWallet, readPlain, sampleWallet } from '../../kit/sample-wallets.js'

/** An outage before or after AWS has done what it was asked for. */
const OUTAGES: Readonly<Record<string, Answer>> = {
  'a reset': { how: 'reset' },
  'half an answer': { how: 'half' },
  'a failure of AWS': { status: 500, body: '{"__type":"InternalServiceError"}' },
  'a gateway': { status: 502, body: '<html>bad gateway' },
  'another answer': { body: '{}' },
}

async function readAll(backend: SecretBackend, ids: Iterable<SignatureId>): Promise<Map<SignatureId, string>> {
  const found = new Map<SignatureId, string>()
  for await (const result of backend.getMany(ids)) {
    found.set(result.signatureId, 'wallet' in result ? 'read' : result.error.code)
    if ('wallet' in result) wipeWallet(result.wallet)
  }
  return found
}

describe('AWS: what goes wrong on the way', () => {
  let place: AwsPlace
  let backend: SecretBackend

  beforeEach(async () => {
    place = await AwsPlace.make()
    backend = await place.opened()
    place.aws.operations.length = 0
  })

  afterEach(async () => {
    await backend.close()
    await place.close()
  })

  for (const [what, answer] of Object.entries(OUTAGES)) {
    it(`creates a wallet once when ${what} hides whether it was created`, async () => {
      const wallet = sampleWallet()
      place.aws.fail({ operation: 'CreateSecret', answer, afterwards: answer.how === 'half' || answer.how === 'reset' })
      if (answer.how === undefined)
        place.aws.fail({ operation: 'CreateSecret', answer: { how: 'reset' }, afterwards: true })
      await backend.create([wallet])
      expect(await readPlain(backend, wallet.descriptor.signatureId)).to.deep.equal(plainWallet(wallet))
      expect(place.aws.secrets.size).to.equal(1)
    })

    it(`reads, lists and removes in spite of ${what}`, async () => {
      const wallet = sampleWallet()
      const { signatureId } = wallet.descriptor
      await backend.create([wallet])
      for (const operation of ['GetSecretValue', 'ListSecrets', 'DescribeSecret', 'DeleteSecret'] as const) {
        place.aws.fail({ operation, answer, afterwards: answer.how !== undefined })
      }
      expect(await readPlain(backend, signatureId)).to.deep.equal(plainWallet(wallet))
      const listed = []
      for await (const descriptor of backend.list()) listed.push(descriptor)
      expect(listed).to.deep.equal([wallet.descriptor])
      await backend.remove(signatureId, 'recoverable')
      expect((await failureOf(backend.get(signatureId))).code).to.equal('WALLET_DELETED')
    })
  }

  it('waits and goes on when AWS throttles', async () => {
    const wallets = [sampleWallet(), sampleWallet(), sampleWallet()]
    for (const operation of [
      'CreateSecret',
      'GetSecretValue',
      'BatchGetSecretValue',
      'ListSecrets',
    ] as AwsOperation[]) {
      place.aws.fail({ operation, answer: awsErrors.throttled(), times: 3 })
    }
    await backend.create(wallets)
    const ids = wallets.map(({ descriptor }) => descriptor.signatureId)
    expect([...(await readAll(backend, ids)).values()]).to.deep.equal(['read', 'read', 'read'])
    expect(place.log.lines.filter(({ event }) => event === 'backend.retry').length).to.be.greaterThan(3)
  })

  it('reads again on their own those wallets of a batch for which the KMS key was throttled', async () => {
    const wallets = Array.from({ length: 20 }, () => sampleWallet())
    await backend.create(wallets)
    place.aws.operations.length = 0
    const names = wallets.map(({ descriptor }) => `keyward/${descriptor.signatureId}`)
    const { secrets } = place.aws
    const body = {
      SecretValues: names.slice(2).map((Name) => ({ Name, SecretString: secrets.find(Name)?.version?.value })),
      Errors: [{ SecretId: names[0], ErrorCode: 'ThrottlingException', Message: 'Rate exceeded by KMS' }],
    }
    place.aws.fail({ operation: 'BatchGetSecretValue', answer: { body } })
    const found = await readAll(
      backend,
      wallets.map(({ descriptor }) => descriptor.signatureId),
    )
    expect([...found.values()]).to.deep.equal(Array.from({ length: 20 }, () => 'read'))
    // One was throttled, and one was left out without a word.
    expect([place.aws.count('BatchGetSecretValue'), place.aws.count('GetSecretValue')]).to.deep.equal([1, 2])
  })

  it('takes nothing for a wallet that it has not asked for', async () => {
    const [mine, other] = [sampleWallet(), sampleWallet()]
    await backend.create([mine, other])
    const ids = [mine.descriptor.signatureId, newSignatureId()]
    const { version } = place.aws.secrets.find(`keyward/${other.descriptor.signatureId}`) ?? {}
    const SecretValues = [{ Name: `keyward/${other.descriptor.signatureId}`, SecretString: version?.value }]
    place.aws.fail({ operation: 'BatchGetSecretValue', answer: { body: { SecretValues } } })
    expect([...(await readAll(backend, ids)).entries()]).to.have.deep.members([
      [ids[0], 'read'],
      [ids[1], 'WALLET_NOT_FOUND'],
    ])
  })

  it('goes on listing through pages without entries', async () => {
    const wallet = sampleWallet()
    await backend.create([wallet])
    place.aws.secrets.emptyPages = true
    const listed = []
    for await (const { signatureId } of backend.list()) listed.push(signatureId)
    expect(listed).to.deep.equal([wallet.descriptor.signatureId])
  })

  it('ends a listing that repeats itself', async () => {
    place.aws.fail({ operation: 'ListSecrets', answer: { body: { SecretList: [], NextToken: 'again' } }, times: 5 })
    const listed: SignatureId[] = []
    const listing = async (): Promise<void> => {
      for await (const { signatureId } of backend.list()) listed.push(signatureId)
    }
    expect((await failureOf(listing())).message).to.include('repeats itself')
    expect(place.aws.count('ListSecrets')).to.equal(2)
  })

  it('does not pass a listing off as whole that broke off in the middle', async () => {
    for (let n = 0; n < 150; n += 1) place.aws.secrets.put(`keyward/${newSignatureId()}`, undefined, { app: 'keyward' })
    const page = place.aws.secrets.perform('ListSecrets', {})
    place.aws.fail({ operation: 'ListSecrets', answer: { body: page } })
    place.aws.fail({ operation: 'ListSecrets', answer: awsErrors.denied('secretsmanager:ListSecrets', '*') })
    const listed: SignatureId[] = []
    const listing = async (): Promise<void> => {
      for await (const signatureId of backend.names?.() ?? []) listed.push(signatureId)
    }
    expect((await failureOf(listing())).code).to.equal('BACKEND_DENIED')
  })

  it('passes over what others keep beside the wallets, and names that only look like ours', async () => {
    const wallet = sampleWallet()
    await backend.create([wallet])
    const { secrets } = place.aws
    const id = wallet.descriptor.signatureId
    secrets.put('keyward/database-password', 'x')
    secrets.put(`keyward/${newSignatureId().toUpperCase()}`, 'x')
    secrets.put(`keyward-other/${newSignatureId()}`, 'x')
    secrets.put(`keyward/${newSignatureId()}`, 'x', { app: 'another' })
    const listed = []
    for await (const { signatureId } of backend.list()) listed.push(signatureId)
    expect(listed).to.deep.equal([id])
  })

  it('passes over a secret without a value that somebody left under a wallet name, and says so', async () => {
    const id = newSignatureId()
    place.aws.secrets.put(`keyward/${id}`, undefined)
    const listed = []
    for await (const one of backend.list()) listed.push(one)
    expect(listed).to.deep.equal([])
    expect(place.log.lines.find(({ event }) => event === 'wallet.passed-over')?.fields['signatureId']).to.equal(id)
    expect((await failureOf(backend.get(id))).code).to.equal('WALLET_CORRUPT')
    expect((await failureOf(backend.create([sampleWallet({ signatureId: id })]))).code).to.equal('WALLET_EXISTS')
  })

  it('says how to bring a wallet back whose name shall be used again', async () => {
    const wallet = sampleWallet()
    const { signatureId } = wallet.descriptor
    await backend.create([wallet])
    await backend.remove(signatureId, 'recoverable')
    expect((await failureOf(backend.remove(signatureId, 'recoverable'))).code).to.equal('WALLET_DELETED')
    const error = await failureOf(backend.create([sampleWallet({ signatureId })]))
    expect(error.code).to.equal('WALLET_EXISTS')
    expect(error.advice).to.include(`restore-secret --secret-id keyward/${signatureId} --region eu-west-1`)
    place.aws.secrets.perform('RestoreSecret', { SecretId: `keyward/${signatureId}` })
    expect(await readPlain(backend, signatureId)).to.deep.equal(plainWallet(wallet))
  })

  it('removes for good what is deleted already, and nothing that is not there', async () => {
    const wallet = sampleWallet()
    const { signatureId } = wallet.descriptor
    await backend.create([wallet])
    await backend.remove(signatureId, 'recoverable')
    await backend.remove(signatureId, 'permanent')
    expect(place.aws.secrets.size).to.equal(0)
    expect((await failureOf(backend.remove(signatureId, 'permanent'))).code).to.equal('WALLET_NOT_FOUND')
  })

  it('gives a removed wallet the time to be restored that is configured', async () => {
    const short = await place.opened({ recoveryWindowDays: 7 })
    const wallet = sampleWallet()
    await short.create([wallet])
    await short.remove(wallet.descriptor.signatureId, 'recoverable')
    const body = place.aws.server.requests.at(-1)?.body ?? ''
    expect(JSON.parse(body)).to.include({ RecoveryWindowInDays: 7 })
    await short.close()
  })

  it('keeps the tags and the key that are configured', async () => {
    const tagged = await place.opened({ tags: { 'cost-center': 'payments' }, kmsKeyId: 'alias/wallets' })
    const wallet = sampleWallet({ xpub: 'xpub-of-it' })
    await tagged.create([wallet])
    const kept = place.aws.secrets.find(`keyward/${wallet.descriptor.signatureId}`)
    expect(kept?.kmsKeyId).to.equal('alias/wallets')
    expect(kept?.tags).to.deep.include({ Key: 'cost-center', Value: 'payments' })
    expect(kept?.tags).to.deep.include({ Key: 'xpub', Value: 'xpub-of-it' })
    await tagged.close()
  })

  it('says that the KMS key cannot be used for a new wallet, and leaves nothing behind', async () => {
    const other = await place.opened({ kmsKeyId: 'alias/disabled' })
    const error = await failureOf(other.create([sampleWallet()]))
    expect(error.code).to.equal('BACKEND_DENIED')
    expect(error.message).to.include('KMS key')
    expect(place.aws.secrets.size).to.equal(0)
    await other.close()
  })

  it('asks no more than 20 wallets at once, and one alone by its own request', async () => {
    const wallets = Array.from({ length: 45 }, () => sampleWallet())
    await backend.create(wallets)
    place.aws.operations.length = 0
    const ids = wallets.map(({ descriptor }) => descriptor.signatureId)
    expect((await readAll(backend, ids)).size).to.equal(45)
    expect([place.aws.count('BatchGetSecretValue'), place.aws.count('GetSecretValue')]).to.deep.equal([3, 0])
    wipeWallet(await backend.get(ids[0] ?? newSignatureId()))
    expect(place.aws.count('GetSecretValue')).to.equal(1)
  })

  it('leaves AWS alone after many outages in a row', async () => {
    place.aws.fail({ operation: 'GetSecretValue', answer: { how: 'reset' }, times: 1000 })
    for (let n = 0; n < 10; n += 1) await failureOf(backend.get(newSignatureId()))
    expect((await failureOf(backend.get(newSignatureId()))).message).to.include('next try in')
    expect(place.aws.count('GetSecretValue')).to.be.lessThan(20)
  })

  it('ends what is underway when it is closed', async () => {
    place.aws.fail({ operation: 'GetSecretValue', answer: { how: 'hang' } })
    const reading = failureOf(backend.get(newSignatureId()))
    while (place.aws.count('GetSecretValue') === 0) await new Promise((resolve) => setImmediate(resolve))
    await backend.close()
    expect((await reading).code).to.equal('INTERRUPTED')
    expect(place.aws.server.openConnections).to.be.lessThan(3)
  })

  it('opens again after an opening that failed', async () => {
    const again = place.backend()
    place.aws.denied.add('secretsmanager:ListSecrets')
    expect((await failureOf(again.open())).code).to.equal('BACKEND_DENIED')
    place.aws.denied.clear()
    await again.open()
    expect(await again.health()).to.deep.equal({ ready: true })
    await again.close()
  })

  it('is not ready while AWS does not answer', async () => {
    await place.aws.close()
    const { ready, reason } = await backend.health()
    expect(ready).to.equal(false)
    expect(reason).to.match(/ECONNREFUSED|ECONNRESET/)
  })
})
