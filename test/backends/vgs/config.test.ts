import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { parse } from 'yaml'
import { z } from 'zod'
import { backendConfigSchema } from '../../../src/backends/index.js'
import { apiAddress, vgsConfigSchema, vgsConnectionSchema } from '../../../src/backends/vgs/config.js'

const account = { method: 'service-account', clientId: 'env:ID', clientSecret: 'env:SECRET' }
const basic = { method: 'basic', username: 'env:NAME', password: 'env:PASSWORD' }
const base = { type: 'vgs', environment: 'live', vaultId: 'tntabc', auth: account, catalogue: { path: '/c' } }

const complaint = (config: unknown): string => {
  const { error } = backendConfigSchema.safeParse(config)
  return error === undefined ? '' : z.prettifyError(error)
}
const addressOf = (config: object): string => apiAddress(vgsConfigSchema.parse({ ...base, ...config }))

describe('VGS: configuration', () => {
  for (const example of ['vgs-service-account', 'vgs-basic']) {
    it(`has a valid example: ${example}`, () => {
      const file = new URL(`../../../config/${example}.yaml`, import.meta.url)
      const { backend } = z.object({ backend: z.unknown() }).parse(parse(readFileSync(file, 'utf8')))
      expect(complaint(backend)).to.equal('')
    })
  }

  it('knows the address of each generation and installation', () => {
    expect(addressOf({})).to.equal('https://tntabc.live.vault-api.verygoodvault.com')
    expect(addressOf({ environment: 'sandbox' })).to.equal('https://tntabc.sandbox.vault-api.verygoodvault.com')
    expect(addressOf({ auth: basic })).to.equal('https://api.live.verygoodvault.com')
    expect(addressOf({ auth: basic, environment: 'sandbox' })).to.equal('https://api.sandbox.verygoodvault.com')
    expect(addressOf({ auth: basic, environment: 'live-eu-1' })).to.equal('https://api.live-eu-1.verygoodvault.com')
    expect(addressOf({ baseUrl: 'https://vgs.example.com/' })).to.equal('https://vgs.example.com')
  })

  it('asks for the address where it is not known', () => {
    expect(complaint({ ...base, environment: 'live-eu-1' }))
      .to.contain('baseUrl')
      .and.contain('dashboard')
    const connection = { environment: 'live', auth: account }
    expect(vgsConnectionSchema.safeParse(connection).success).to.equal(false)
    expect(vgsConnectionSchema.safeParse({ ...connection, vaultId: 'tntabc' }).success).to.equal(true)
    expect(vgsConnectionSchema.safeParse({ ...connection, auth: basic }).success).to.equal(true)
  })

  it('refuses storage that forgets, and formats that change values', () => {
    expect(complaint({ ...base, storage: 'VOLATILE' })).to.contain('wallets and all')
    for (const format of ['PFPT', 'FPE_SIX_T_FOUR', 'uuid'])
      expect(complaint({ ...base, format })).to.contain('RAW_UUID')
    expect(complaint({ ...base, format: 'RAW_UUID', storage: 'PERSISTENT' })).to.equal('')
  })

  it('refuses what would send secrets in the open or into logs, what is no reference, and what it does not know', () => {
    expect(complaint({ ...base, baseUrl: 'http://vgs.example.com' })).to.contain('must be https')
    expect(complaint({ ...base, baseUrl: 'http://127.0.0.1:8080' })).to.equal('')
    expect(complaint({ ...base, baseUrl: 'https://user:pass@vgs.example.com' })).to.contain('user name')
    expect(complaint({ ...base, auth: { ...account, tokenUrl: 'http://vgs.example.com' } })).to.contain('must be https')
    expect(complaint({ ...base, auth: { ...basic, password: 'hunter2' } })).to.contain('reference')
    expect(complaint({ ...base, auth: { ...account, username: 'env:NAME' } })).to.contain('username')
    expect(complaint({ ...base, catalogue: undefined })).to.contain('catalogue')
    expect(complaint({ ...base, vaultId: 'tnt/../x' })).to.contain('vaultId')
    expect(complaint({ ...base, limits: { readsPerSecond: 9 } })).to.contain('readsPerSecond')
  })
})
