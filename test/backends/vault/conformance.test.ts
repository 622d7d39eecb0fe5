import { randomUUID } from 'node:crypto'
import { rm, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { backendSuite } from '../../kit/backend-suite.js'
import type { BackendPlace } from '../../kit/backend-suite.js'
import { testCertificate } from '../../kit/test-certificate.js'
import { FakeVault, walletGrants } from '../../kit/vault/fake-vault.js'
import { vaultBackend, vaultConfig, vaultTools } from '../../kit/vault/vault-kit.js'

/** A fake of its own, and a token that may do what the documentation says and no more. */
const place = (flavour: 'vault' | 'openbao', tls: boolean) => async (): Promise<BackendPlace> => {
  const fake = await FakeVault.start({ flavour, tls })
  const folder = await mkdtemp(path.join(tmpdir(), 'keyward-vault-'))
  const caFile = path.join(folder, 'ca.pem')
  await writeFile(caFile, testCertificate.cert)
  const token = fake.tokens.issue({ grants: walletGrants() }, `hvs.${randomUUID()}`)
  const config = vaultConfig({ address: fake.url, ...(tls ? { tls: { caFile } } : {}) })
  return {
    connect: () => vaultBackend(config, vaultTools({ TOKEN: token })),
    dispose: async () => {
      await fake.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

const toggles = { revision: false, atomicBatches: true }
backendSuite('Vault (fake, names only)', place('vault', false), toggles)
backendSuite('Vault (fake of OpenBao, over TLS)', place('openbao', true), toggles)
