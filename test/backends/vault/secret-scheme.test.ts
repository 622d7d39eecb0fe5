import { expect } from 'chai'
import { createVaultSecretScheme } from '../../../src/backends/vault/index.js'
import { vaultConnectionSchema } from '../../../src/backends/vault/config.js'
import { systemClock } from '../../../src/core/clock.js'
import { failureOf } from '../../kit/failure-of.js'
import { RecordingLog } from '../../kit/recording-log.js'
import { FakeVault } from '../../kit/vault/fake-vault.js'
import { TestSecrets } from '../../kit/vault/vault-kit.js'

describe('references to secrets in Vault', () => {
  let fake: FakeVault
  let token: string

  beforeEach(async () => {
    fake = await FakeVault.start()
    fake.kv().put('keyward/api', { key: 'the key', other: 'x', number: 7 })
    fake.kv().put('keyward/single', { only: 'the only one' })
    fake.mount('old/kv', 1).put('keyward/api', { key: 'of version 1' })
    const grants = ['secret/data/keyward/*', 'old/kv/keyward/*'].map((path) => ({ path, capabilities: ['read'] }))
    token = fake.tokens.issue({ grants })
  })

  afterEach(() => fake.close())

  const resolve = async (rest: string, variables: Record<string, string>, settings?: object): Promise<string> => {
    const connection = settings && vaultConnectionSchema.parse({ address: fake.url, ...settings })
    const secrets = new TestSecrets({ TOKEN: token })
    const scheme = createVaultSecretScheme(connection, { secrets, log: new RecordingLog(), clock: systemClock })
    const environment = {
      find: (name: string) => (variables[name] === undefined ? undefined : { text: variables[name] }),
    }
    const secret = await scheme(rest, { purpose: { what: 'the API key' }, environment })
    try {
      return secret.text()
    } finally {
      secret.wipe()
    }
  }

  const ambient = (): Record<string, string> => ({ VAULT_ADDR: fake.url, VAULT_TOKEN: token })

  it('are opened with the configured connection', async () => {
    const auth = { method: 'token', token: 'env:TOKEN' }
    expect(await resolve('secret/keyward/api#key', {}, { auth })).to.equal('the key')
  })

  it('are opened with the variables of the command line, in mounts of either version and any depth', async () => {
    expect(await resolve('secret/keyward/api#key', ambient())).to.equal('the key')
    expect(await resolve('old/kv/keyward/api#key', ambient())).to.equal('of version 1')
    expect(await resolve('secret/keyward/single', ambient())).to.equal('the only one')
  })

  for (const [problem, rest, words] of [
    ['no such entry', 'secret/keyward/nothing#key', 'no such entry'],
    ['no such field', 'secret/keyward/api#nothing', 'field "nothing"'],
    ['a field that is no text', 'secret/keyward/api#number', 'field "number"'],
    ['several fields and none chosen', 'secret/keyward/api', 'several fields'],
    ['no path', 'secret#key', 'names no field'],
    ['an empty reference', '', 'names no field'],
    ['a path that climbs', 'secret/../sys#key', 'names no field'],
  ] as const) {
    it(`are refused for ${problem}, and no value is told`, async () => {
      const error = await failureOf(resolve(rest, ambient()))
      expect(error.code).to.equal('SECRET_REFERENCE_UNRESOLVED')
      expect(error.message).to.contain(words)
      expect(JSON.stringify(error)).not.to.contain('the key')
    })
  }

  it('name the variable that is missing', async () => {
    expect((await failureOf(resolve('secret/keyward/api#key', {}))).message).to.contain('VAULT_ADDR')
    const error = await failureOf(resolve('secret/keyward/api#key', { VAULT_ADDR: fake.url }))
    expect(error.message).to.contain('VAULT_TOKEN')
  })

  it('say what the policy lacks', async () => {
    const error = await failureOf(resolve('secret/elsewhere/api#key', ambient()))
    expect(error.code).to.equal('BACKEND_DENIED')
    expect(error.advice).to.contain('path "secret/data/elsewhere/api" { capabilities = ["read"] }')
  })
})
