import { expect } from 'chai'
import { vaultConfigSchema } from '../../../src/backends/vault/config.js'

const valid = {
  ...{ type: 'vault', address: 'https://vault.example.com:8200', mount: 'kv', prefix: 'keyward/wallets' },
  auth: { method: 'token', token: 'env:VAULT_TOKEN' },
}

describe('configuration of the Vault backend', () => {
  const accepts = (change: object): boolean => vaultConfigSchema.safeParse({ ...valid, ...change }).success

  it('takes one address or several, with a path behind them', () => {
    expect(accepts({})).to.equal(true)
    expect(accepts({ address: ['https://a:8200', 'https://b.example.com/vault'] })).to.equal(true)
  })

  it('refuses what is no address, or holds credentials', () => {
    for (const address of ['vault:8200', 'ftp://vault', '', [], 'https://user:secret@vault', 'https://vault/?x=1']) {
      expect(accepts({ address }), JSON.stringify(address)).to.equal(false)
    }
  })

  it('refuses mounts and prefixes that a server or a proxy could read in another way', () => {
    for (const text of ['', '/', 'a/', '/a', 'a//b', '../a', 'a/..', 'a/.', 'a.', 'a b', 'a%2fb', 'a#b', 'é', 'a\n']) {
      expect(accepts({ mount: text }), JSON.stringify(text)).to.equal(false)
      expect(accepts({ prefix: text }), JSON.stringify(text)).to.equal(false)
    }
  })

  it('needs exactly one token, and no secret written out', () => {
    expect(accepts({ auth: { method: 'token' } })).to.equal(false)
    expect(accepts({ auth: { method: 'token', token: 'env:T', tokenFile: '/t' } })).to.equal(false)
    expect(accepts({ auth: { method: 'token', token: 'hvs.CAESIJ' } })).to.equal(false)
    expect(accepts({ auth: { method: 'approle', roleId: 'r', secretId: '9b2c-plain' } })).to.equal(false)
  })

  it('refuses what it does not know', () => {
    expect(accepts({ adress: 'https://x' })).to.equal(false)
    expect(accepts({ auth: { method: 'userpass' } })).to.equal(false)
  })
})
