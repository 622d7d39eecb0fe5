import { expect } from 'chai'
import { systemClock } from '../../../src/core/clock.js'
import { failureOf } from '../../kit/failure-of.js'
import { plainWallet, readPlain, sampleWallet } from '../../kit/sample-wallets.js'
import { CREDENTIALS } from '../../kit/vgs/fake-vgs.js'
import { FakeCredentials, MovedClock, VgsPlace } from '../../kit/vgs/vgs-place.js'

const isToken = ({ path }: { readonly path: string }): boolean => path.endsWith('/token')

describe('VGS: signing in', () => {
  let place: VgsPlace

  beforeEach(async () => {
    place = await VgsPlace.make()
  })
  afterEach(() => place.dispose())

  describe('with access credentials', () => {
    beforeEach(() => {
      place.fake.behaviour.generation = 'v1'
    })

    it('sends them to the vault, asks for no token, and wipes what it was given', async () => {
      const backend = await place.openBackend()
      const wallet = sampleWallet()
      await backend.create([wallet])
      expect(await readPlain(backend, wallet.descriptor.signatureId)).to.deep.equal(plainWallet(wallet))
      expect(place.fake.tokensGiven).to.equal(0)
      expect(place.secrets.handedOut).to.have.length(2)
      for (const secret of place.secrets.handedOut) expect(secret.wiped).to.equal(true)
    })

    it('says so when they are wrong, once, and what to look at', async () => {
      const secrets = new FakeCredentials({ ...CREDENTIALS, password: 'wrong' })
      const error = await failureOf(place.openBackend({ secrets }))
      expect(error.code).to.equal('BACKEND_UNAUTHENTICATED')
      expect(error.advice).to.contain('auth.password')
      expect(place.fake.requests).to.have.length(1)
    })

    it('refuses a user name that HTTP Basic cannot carry', async () => {
      const secrets = new FakeCredentials({ ...CREDENTIALS, username: 'user:pass' })
      const error = await failureOf(place.openBackend({ secrets }))
      expect(error.code).to.equal('CONFIG_INVALID')
      expect(error.message).not.to.contain('user:pass')
    })
  })

  describe('with a service account', () => {
    const alias = 'tok_sandbox_4xAJxTWkXmYSnYpPVq8Qhk'

    it('asks for one token and uses it for everything', async () => {
      const store = await place.openStore()
      place.fake.vault.put('x', alias)
      await Promise.all(Array.from({ length: 10 }, () => store.client.reveal([alias], 'reveal')))
      expect(place.fake.tokensGiven).to.equal(1)
    })

    it('says that the secret may be wrong, or that the account may not have the vault', async () => {
      const secrets = new FakeCredentials({ ...CREDENTIALS, clientSecret: 'wrong' })
      const unknown = await failureOf(place.openBackend({ secrets }))
      expect(unknown.code).to.equal('BACKEND_UNAUTHENTICATED')
      expect(unknown.advice).to.contain('auth.clientSecret')
      place.fake.granted = false
      const barred = await failureOf(place.openBackend())
      expect(barred.code).to.equal('BACKEND_UNAUTHENTICATED')
      expect(barred.advice).to.contain('Grant the service account access to this vault')
      // A new token was tried once, as the old one could have been taken back.
      expect(place.fake.tokensGiven).to.equal(2)
    })

    it('names the scope that is missing: at once the one for reading, and when it is needed any other', async () => {
      place.fake.scopes = ['aliases:write']
      const blind = await failureOf(place.openBackend())
      expect(blind.code).to.equal('BACKEND_DENIED')
      expect(blind.message).to.contain('aliases:read')
      place.fake.scopes = ['aliases:read']
      const backend = await place.openBackend()
      expect(place.log.events('info')).to.contain('vgs.read-only')
      const error = await failureOf(backend.create([sampleWallet()]))
      expect(error.code).to.equal('BACKEND_DENIED')
      expect(error.advice).to.contain('aliases:write')
    })

    it('renews the token at four fifths of its life, before the vault refuses it', async () => {
      const clock = new MovedClock()
      place.fake.behaviour.now = clock.now
      place.fake.tokenLifeS = 100
      const store = await place.openStore({ clock })
      clock.time += 79_000
      await store.ping()
      expect(place.fake.tokensGiven).to.equal(1)
      clock.time += 2_000
      await Promise.all([store.ping(), store.ping(), store.ping()])
      expect(place.fake.tokensGiven).to.equal(2)
      clock.time += 5_000
      await store.ping()
      expect(place.fake.tokensGiven).to.equal(2)
    })

    it('goes on with the old token while no new one can be had, and asks again later', async () => {
      const clock = new MovedClock()
      place.fake.behaviour.now = clock.now
      place.fake.tokenLifeS = 1000
      const store = await place.openStore({ clock })
      clock.time += 810_000
      let refused = 0
      place.fake.fault = (request) => {
        if (!isToken(request)) return undefined
        refused += 1
        return { when: 'before', answer: { status: 403, body: {} } }
      }
      await store.ping()
      await store.ping()
      expect(refused).to.equal(1)
      expect(place.log.events('warn')).to.contain('vgs.token-not-renewed')
      clock.time += 11_000
      place.fake.fault = () => undefined
      await store.ping()
      expect(place.fake.tokensGiven).to.equal(2)
    })

    it('gets one new token when the vault refuses the old one in the middle of many reads', async () => {
      const backend = await place.openBackend()
      const wallets = Array.from({ length: 60 }, () => sampleWallet())
      await backend.create(wallets)
      place.fake.latencyMs = 5
      let read = 0
      for await (const result of backend.getMany(wallets.map(({ descriptor }) => descriptor.signatureId))) {
        expect(result).to.have.property('wallet')
        if (read === 0) place.fake.expireTokens()
        read += 1
      }
      place.fake.expireTokens()
      for await (const result of backend.getMany(wallets.map(({ descriptor }) => descriptor.signatureId))) {
        expect(result).to.have.property('wallet')
        read += 1
      }
      expect(read).to.equal(120)
      expect(place.fake.tokensGiven).to.be.oneOf([2, 3])
    })

    it('does not ask for tokens without end when each of them is refused', async () => {
      const store = await place.openStore()
      place.fake.granted = false
      expect((await failureOf(store.ping())).code).to.equal('BACKEND_UNAUTHENTICATED')
      expect(place.fake.tokensGiven).to.equal(2)
    })

    it('takes a server that does not say how long its tokens live', async () => {
      place.fake.tokenLifeS = undefined
      const clock = new MovedClock()
      const store = await place.openStore({ clock })
      clock.time += 61_000
      await store.ping()
      expect(place.fake.tokensGiven).to.equal(2)
    })

    for (const [what, body] of Object.entries({
      'no JSON': '<html>canary-client-secret-55e1</html>',
      'no token': { token_type: 'Bearer' },
      'a token with a line end': { access_token: 'a\r\nx: y' },
    })) {
      it(`does not fall over a token reply with ${what}`, async () => {
        place.fake.spoilNext(isToken, { when: 'before', answer: { body } }, 99)
        const error = await failureOf(place.openBackend())
        expect(error.code).to.equal('BACKEND_UNREACHABLE')
      })
    }

    it('forgets credentials and token when it is closed', async () => {
      const store = await place.openStore()
      await store.close()
      expect(place.secrets.handedOut.every((secret) => secret.wiped)).to.equal(true)
    })

    it('does not wait for a token behind the requests that wait for it', async () => {
      const store = await place.openStore({
        ...{ clock: systemClock, config: { limits: { concurrency: 1, requestsPerSecond: 1000 } } },
      })
      place.fake.vault.put('x', alias)
      place.fake.expireTokens()
      const all = await Promise.all(Array.from({ length: 6 }, () => store.client.reveal([alias], 'reveal')))
      expect(all.every((found) => found.size === 1)).to.equal(true)
      expect(place.fake.tokensGiven).to.equal(2)
    })
  })
})
