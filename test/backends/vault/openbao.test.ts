import { randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { BackendPlace } from '../../kit/backend-suite.js'
import { backendSuite } from '../../kit/backend-suite.js'
import { Admin, walletPolicy } from '../../kit/vault/admin.js'
import { vaultBackend, vaultConfig, vaultTools } from '../../kit/vault/vault-kit.js'
import { describeWithServers, startOpenBao } from '../../servers/servers.js'

const PREFIX = 'keyward/wallets'

describeWithServers('Vault backend on a real OpenBao', () => {
  for (const { name, tls, namespace } of [
    { name: 'over http', tls: false, namespace: undefined },
    { name: 'over TLS in a namespace', tls: true, namespace: 'team/payments' },
  ]) {
    describe(name, () => {
      let admin: Admin
      let folder: string

      before(async () => {
        const root = new Admin(await startOpenBao({ tls }))
        folder = await mkdtemp(path.join(tmpdir(), 'keyward-vault-'))
        if (root.server.ca !== undefined) await writeFile(path.join(folder, 'ca.pem'), root.server.ca)
        if (namespace !== undefined) {
          await root.ask('POST', 'sys/namespaces/team')
          await root.in('team').ask('POST', 'sys/namespaces/payments')
        }
        admin = namespace === undefined ? root : root.in(namespace)
      })

      after(async () => {
        await admin.close()
        await admin.server.stop()
        await rm(folder, { recursive: true, force: true })
      })

      /** A mount of its own, and a token that may do what the documentation says and no more. */
      const place = async (): Promise<BackendPlace> => {
        const mount = `kv-${randomUUID()}`
        await admin.mount(mount)
        await admin.policy(mount, walletPolicy(mount, PREFIX))
        const token = await admin.token([mount])
        const config = vaultConfig({
          ...{ address: admin.server.url, mount, prefix: PREFIX },
          ...(namespace === undefined ? {} : { namespace }),
          ...(tls ? { tls: { caFile: path.join(folder, 'ca.pem') } } : {}),
        })
        return {
          connect: () => vaultBackend(config, vaultTools({ TOKEN: token })),
          dispose: async () => {
            await admin.ask('DELETE', `sys/mounts/${mount}`)
          },
        }
      }

      backendSuite(`Vault (OpenBao, ${name})`, place, { revision: false, atomicBatches: true })
    })
  }
})
