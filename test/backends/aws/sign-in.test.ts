import { inspect } from 'node:util'
import { expect } from 'chai'
import { newSignatureId } from '../../../src/core/ids.js'
import type { SecretBackend } from '../../../src/core/secret-backend.js'
import { awsErrors } from '../../kit/aws/aws-error.js'
import { AwsPlace, staticAuth } from '../../kit/aws/aws-place.js'
import type { AwsSettings } from '../../kit/aws/aws-place.js'
import { ROOT_KEY } from '../../kit/aws/fake-aws.js'
import { withEnvironment } from '../../kit/aws/environment.js'
import { failureOf } from '../../kit/failure-of.js'
import { LoopbackServer } from '../../kit/loopback-server.js'
import { plainWallet, readPlain, sampleWallet } from '../../kit/sample-wallets.js'

const ROLE = 'arn:aws:iam::123456789012:role/keyward'
const TEMPORARY = {
  accessKeyId: 'ASIATEMPORARY',
  secretAccessKey: 'canary-temporary-key',
  sessionToken: 'canary-session',
}

/** Creates a wallet and reads it back. */
async function proveWorking(backend: SecretBackend): Promise<void> {
  const wallet = sampleWallet()
  await backend.create([wallet])
  expect(await readPlain(backend, wallet.descriptor.signatureId)).to.deep.equal(plainWallet(wallet))
}

describe('AWS: signing in', () => {
  let place: AwsPlace
  const opened: SecretBackend[] = []

  const open = async (settings: AwsSettings): Promise<SecretBackend> => {
    const backend = place.backend(settings)
    opened.push(backend)
    await backend.open()
    return backend
  }

  beforeEach(async () => {
    place = await AwsPlace.make()
  })

  afterEach(async () => {
    for (const backend of opened.splice(0)) await backend.close()
    await place.close()
  })

  describe('with a key by references', () => {
    it('signs each request for the region, so that AWS accepts it', async () => {
      await proveWorking(await open({ auth: staticAuth, region: 'ap-southeast-2' }))
      expect(place.aws.server.requests[0]?.headers.authorization).to.include('/ap-southeast-2/secretsmanager/')
    })

    it('says that the key is wrong, in one request', async () => {
      place.variables.set('AWS_KEY', 'canary-wrong')
      const error = await failureOf(open({ auth: staticAuth }))
      expect(error.code).to.equal('BACKEND_UNAUTHENTICATED')
      expect(error.advice).to.include('secret access key')
      expect(place.aws.operations).to.have.length(1)
    })

    it('sends the session token of a temporary key', async () => {
      place.aws.keys.set(TEMPORARY.accessKeyId, TEMPORARY)
      place.variables.set('T_ID', TEMPORARY.accessKeyId).set('T_KEY', TEMPORARY.secretAccessKey)
      place.variables.set('T_TOKEN', TEMPORARY.sessionToken)
      const auth = {
        method: 'static',
        accessKeyId: 'env:T_ID',
        secretAccessKey: 'env:T_KEY',
        sessionToken: 'env:T_TOKEN',
      }
      await proveWorking(await open({ auth }))
    })

    it('takes up a key that was replaced where the reference leads, in the middle of its work', async () => {
      const backend = await open({ auth: staticAuth })
      place.aws.keys.clear()
      place.aws.keys.set('AKIANEW', { accessKeyId: 'AKIANEW', secretAccessKey: 'new' })
      expect((await failureOf(backend.get(newSignatureId()))).code).to.equal('BACKEND_UNAUTHENTICATED')
      place.variables.set('AWS_KEY_ID', 'AKIANEW').set('AWS_KEY', 'new')
      await place.clock.sleep(10_000)
      await proveWorking(backend)
    })
  })

  describe('with a clock that is wrong', () => {
    for (const minutes of [-40, 40]) {
      it(`signs with the time of AWS after its first answer when that is ${minutes} minutes ahead`, async () => {
        place.aws.clockAheadMs = minutes * 60_000
        await proveWorking(await open({}))
        expect(place.aws.count('ListSecrets')).to.equal(2)
      })
    }
  })

  describe('with a role', () => {
    const auth = { method: 'assume-role', roleArn: ROLE, externalId: 'tenant-7', source: staticAuth }
    const role = (): AwsSettings => ({ auth: { ...auth, stsEndpoint: place.aws.url } })

    beforeEach(() => {
      place.aws.roles.set(ROLE, { trusts: new Set([ROOT_KEY.accessKeyId]), externalId: 'tenant-7' })
    })

    it('assumes it once, with its external id and a session name, and works as the role', async () => {
      const backend = await open(role())
      await proveWorking(backend)
      await proveWorking(backend)
      expect(place.aws.count('AssumeRole')).to.equal(1)
      const form = new URLSearchParams(place.aws.server.requests.find(({ body }) => body.includes('AssumeRole'))?.body)
      expect(form.get('RoleSessionName')).to.equal('keyward')
      expect(form.get('DurationSeconds')).to.equal('3600')
      expect(place.aws.server.requests.at(-1)?.headers.authorization).to.include('Credential=ASIA')
    })

    it('renews it before its end, once for many requests', async () => {
      place.aws.sessionMs = 290_000
      const backend = await open(role())
      await place.clock.sleep(30_000)
      await backend.create(Array.from({ length: 30 }, () => sampleWallet()))
      expect(place.aws.count('AssumeRole')).to.equal(2)
    })

    it('goes on with the session that it has while the token service is away, and asks that now and then', async () => {
      place.aws.sessionMs = 290_000
      const backend = await open(role())
      place.aws.fail({ operation: 'AssumeRole', answer: { how: 'reset' }, times: 1000 })
      for (const asked of [2, 3]) {
        await place.clock.sleep(30_000)
        await proveWorking(backend)
        await proveWorking(backend)
        expect(place.aws.count('AssumeRole')).to.equal(asked)
      }
      expect(place.log.events('warn')).to.deep.equal(['aws.renewal-failed', 'aws.renewal-failed'])
    })

    it('renews a session that AWS ended early in the middle of a bulk read, once, and reads on', async () => {
      const backend = await open(role())
      const wallets = Array.from({ length: 100 }, () => sampleWallet())
      await backend.create(wallets)
      const ids = wallets.map(({ descriptor }) => descriptor.signatureId)
      let read = 0
      for await (const result of backend.getMany(ids)) {
        expect(result).to.have.property('wallet')
        read += 1
        if (read !== 10) continue
        for (const [id, key] of place.aws.keys) if (key.sessionToken) place.aws.keys.set(id, { ...key, expiresAt: 1 })
      }
      expect(read).to.equal(100)
      expect(place.aws.count('AssumeRole')).to.be.lessThan(4)
    })

    it('says what the role asks for when it may not be assumed', async () => {
      const wrong = { ...auth, stsEndpoint: place.aws.url, externalId: 'tenant-8' }
      const error = await failureOf(open({ auth: wrong }))
      expect(error.code).to.equal('BACKEND_DENIED')
      expect(error.message).to.include(ROLE).and.include('cannot sign in')
      expect(error.advice).to.include('externalId').and.include('trust policy')
    })

    it('says that the session would be too long', async () => {
      const long = { ...auth, stsEndpoint: place.aws.url, sessionSeconds: 40_000 }
      const error = await failureOf(open({ auth: long }))
      expect(error.code).to.equal('CONFIG_INVALID')
      expect(error.advice).to.include('sessionSeconds')
    })

    it('waits for a token service that does not answer at once', async () => {
      place.aws.fail({ operation: 'AssumeRole', answer: { how: 'reset' }, times: 2 })
      await proveWorking(await open(role()))
    })

    it('does not take garbage for credentials', async () => {
      place.aws.fail({ operation: 'AssumeRole', answer: { body: '<html>canary</html>' }, times: 100 })
      expect((await failureOf(open(role()))).code).to.equal('BACKEND_UNREACHABLE')
    })
  })

  describe('with a web identity', () => {
    it('gives the token of the file for the role, and reads the file again when it renews', async () => {
      const tokenFile = await place.file('token', 'canary-token-1\n')
      place.aws.roles.set(ROLE, { trusts: new Set(), tokens: new Set(['canary-token-1', 'canary-token-2']) })
      const backend = await open({
        auth: { method: 'web-identity', roleArn: ROLE, tokenFile, stsEndpoint: place.aws.url },
      })
      await proveWorking(backend)
      await place.file('token', 'canary-token-2')
      for (const key of [...place.aws.keys.values()]) if (key.expiresAt) place.aws.keys.delete(key.accessKeyId)
      await proveWorking(backend)
      const bodies = place.aws.server.requests.map(({ body }) => new URLSearchParams(body).get('WebIdentityToken'))
      expect(bodies.filter((token) => token !== null)).to.deep.equal(['canary-token-1', 'canary-token-2'])
    })

    it('says that the token is refused, or is not there, without telling it', async () => {
      const tokenFile = await place.file('token', 'canary-token')
      const auth = { method: 'web-identity', roleArn: ROLE, tokenFile, stsEndpoint: place.aws.url }
      place.aws.roles.set(ROLE, { trusts: new Set(), tokens: new Set() })
      const refused = await failureOf(open({ auth }))
      expect(refused.advice).to.include('OIDC')
      expect(refused.code).to.equal('BACKEND_UNAUTHENTICATED')
      expect(inspect(refused, { depth: 9 })).not.to.include('canary')
      const absent = await failureOf(open({ auth: { ...auth, tokenFile: `${tokenFile}-absent` } }))
      expect(absent.code).to.equal('BACKEND_UNAUTHENTICATED')
      expect(absent.message).to.include('token-absent')
    })
  })

  describe('as the environment says', () => {
    const KEYS = { AWS_ACCESS_KEY_ID: ROOT_KEY.accessKeyId, AWS_SECRET_ACCESS_KEY: ROOT_KEY.secretAccessKey }
    const profileFile = (): Promise<string> =>
      place.file(
        'credentials',
        `[team]\naws_access_key_id = ${ROOT_KEY.accessKeyId}\naws_secret_access_key = ${ROOT_KEY.secretAccessKey}\n`,
      )

    it('takes the variables', async () => {
      await withEnvironment(KEYS, async () => proveWorking(await open({ auth: { method: 'default' } })))
    })

    it('takes the region of the variable when none is set', async () => {
      await withEnvironment({ ...KEYS, AWS_REGION: 'eu-central-1' }, async () => {
        const backend = await open({ auth: { method: 'default' }, region: undefined })
        await proveWorking(backend)
        expect(place.aws.server.requests[0]?.headers.authorization).to.include('/eu-central-1/')
      })
    })

    it('says that no region is set', async () => {
      await withEnvironment(KEYS, async () => {
        const error = await failureOf(open({ auth: { method: 'default' }, region: undefined }))
        expect(error.code).to.equal('CONFIG_INVALID')
        expect(error.advice).to.include('AWS_REGION')
      })
    })

    it('takes the role of the service account, as Kubernetes sets it', async () => {
      place.aws.roles.set(ROLE, { trusts: new Set(), tokens: new Set(['canary-irsa']) })
      const variables = {
        AWS_ROLE_ARN: ROLE,
        AWS_WEB_IDENTITY_TOKEN_FILE: await place.file('token', 'canary-irsa'),
        AWS_ENDPOINT_URL_STS: place.aws.url,
      }
      await withEnvironment(variables, async () => proveWorking(await open({ auth: { method: 'default' } })))
      expect(place.aws.count('AssumeRoleWithWebIdentity')).to.equal(1)
    })

    it('takes the role of the container', async () => {
      place.aws.keys.set(TEMPORARY.accessKeyId, TEMPORARY)
      const container = await LoopbackServer.start(() => ({
        body: {
          AccessKeyId: TEMPORARY.accessKeyId,
          SecretAccessKey: TEMPORARY.secretAccessKey,
          Token: TEMPORARY.sessionToken,
          Expiration: new Date(Date.now() + 3_600_000).toISOString(),
        },
      }))
      const variables = { AWS_CONTAINER_CREDENTIALS_FULL_URI: `${container.url}/credentials` }
      await withEnvironment(variables, async () => proveWorking(await open({ auth: { method: 'default' } })))
      await container.close()
    })

    it('takes the profile that is named, and no other identity when it fails', async () => {
      const variables = { AWS_SHARED_CREDENTIALS_FILE: await profileFile(), ...KEYS }
      await withEnvironment(variables, async () => {
        await proveWorking(await open({ auth: { method: 'profile', profile: 'team' } }))
        const error = await failureOf(open({ auth: { method: 'profile', profile: 'absent' } }))
        expect(error.code).to.equal('BACKEND_UNAUTHENTICATED')
        expect(error.advice).to.include('--profile absent')
      })
    })

    it('assumes a role with a profile', async () => {
      place.aws.roles.set(ROLE, { trusts: new Set([ROOT_KEY.accessKeyId]) })
      const source = { method: 'profile', profile: 'team' }
      const auth = { method: 'assume-role', roleArn: ROLE, source, stsEndpoint: place.aws.url }
      await withEnvironment({ AWS_SHARED_CREDENTIALS_FILE: await profileFile() }, async () =>
        proveWorking(await open({ auth })),
      )
    })

    it('reads a profile again whose key was replaced, also when the key only assumes a role', async () => {
      place.aws.roles.set(ROLE, { trusts: new Set([ROOT_KEY.accessKeyId, 'AKIANEW']) })
      const source = { method: 'profile', profile: 'team' }
      const auth = { method: 'assume-role', roleArn: ROLE, source, stsEndpoint: place.aws.url }
      await withEnvironment({ AWS_SHARED_CREDENTIALS_FILE: await profileFile() }, async () => {
        const backends = [await open({ auth }), await open({ auth: source })]
        await place.file('credentials', '[team]\naws_access_key_id = AKIANEW\naws_secret_access_key = new\n')
        place.aws.keys.clear()
        place.aws.keys.set('AKIANEW', { accessKeyId: 'AKIANEW', secretAccessKey: 'new' })
        for (const backend of backends) await proveWorking(backend)
      })
    })

    it('says what there could be when there is nothing', async () => {
      await withEnvironment({}, async () => {
        const error = await failureOf(open({ auth: { method: 'default' } }))
        expect(error.code).to.equal('BACKEND_UNAUTHENTICATED')
        expect(error.advice).to.include('auth.method')
      })
    })

    it('does not follow a variable that leads to another machine in clear text', async () => {
      const variables = { ...KEYS, AWS_ENDPOINT_URL_SECRETS_MANAGER: 'http://192.0.2.1:4566' }
      await withEnvironment(variables, async () => {
        const error = await failureOf(open({ auth: { method: 'default' }, endpoint: undefined }))
        expect(error.code).to.equal('CONFIG_INVALID')
        expect(error.advice).to.include('AWS_ENDPOINT_URL')
      })
    })

    it('does not ask another machine for a role in clear text either', async () => {
      await withEnvironment({ AWS_ENDPOINT_URL_STS: 'http://192.0.2.1:4566' }, async () => {
        const auth = { method: 'assume-role', roleArn: ROLE, source: staticAuth }
        const error = await failureOf(open({ auth }))
        expect(error.code).to.equal('CONFIG_INVALID')
        expect(error.message).to.include('clear text')
      })
    })

    it('refuses kinds of endpoints beside an address', async () => {
      for (const settings of [{ fips: true }, { dualStack: true }]) {
        const error = await failureOf(open(settings))
        expect(error.code).to.equal('CONFIG_INVALID')
        expect(error.advice).to.include('fips')
      }
    })
  })

  describe('over TLS', () => {
    let tls: AwsPlace

    beforeEach(async () => {
      tls = await AwsPlace.make({ tls: true })
    })

    afterEach(() => tls.close())

    it('trusts the authority that is configured', async () => {
      const backend = await tls.opened()
      await proveWorking(backend)
      await backend.close()
    })

    it('trusts nobody else, and says what to set', async () => {
      const error = await failureOf(tls.opened({ tls: {} }))
      expect(error.code).to.equal('BACKEND_UNREACHABLE')
      expect(error.advice).to.include('tls.caFile')
    })

    it('says that the file of the authority is not there, or holds no certificate', async () => {
      const absent = await failureOf(tls.opened({ tls: { caFile: '/nowhere/ca.pem' } }))
      expect(absent.code).to.equal('FILE_UNREADABLE')
      for (const text of ['', 'nothing', '-----BEGIN CERTIFICATE-----\nnothing\n-----END CERTIFICATE-----\n']) {
        const wrong = await failureOf(tls.opened({ tls: { caFile: await tls.file('wrong.pem', text) } }))
        expect(wrong.code).to.equal('CONFIG_INVALID')
        expect(wrong.message).to.include('wrong.pem')
      }
    })

    it('keeps its connections', async () => {
      const backend = await tls.opened({ limits: { concurrency: 4 } })
      for (let n = 0; n < 10; n += 1) await backend.health()
      await backend.create(Array.from({ length: 30 }, () => sampleWallet()))
      expect(tls.aws.server.connections).to.be.at.most(4)
      await backend.close()
    })
  })

  it('tells nothing of a failed sign-in but what went wrong', async () => {
    place.aws.fail({ operation: 'ListSecrets', answer: awsErrors.expired(), times: 3 })
    const error = await failureOf(open({}))
    expect(error.code).to.equal('BACKEND_UNAUTHENTICATED')
    expect(error.cause).to.equal(undefined)
  })
})
