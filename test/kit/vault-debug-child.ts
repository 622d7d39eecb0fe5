import { numberedId, sampleWallet } from './sample-wallets.js'
import { vaultBackend, vaultConfig, vaultTools } from './vault/vault-kit.js'

/** Creates, reads and removes a wallet at a server, and fails to sign in, for a test that reads everything this process prints. */
const [address = '', token = ''] = process.argv.slice(2)
const backend = vaultBackend(vaultConfig({ address }), vaultTools({ TOKEN: token }))
await backend.open()
const wallet = sampleWallet({ signatureId: numberedId(7), material: { mnemonic: 'canary-of-the-debug-child' } })
await backend.create([wallet])
const read = await backend.get(wallet.descriptor.signatureId)
await backend.remove(wallet.descriptor.signatureId, 'permanent')
await backend.close()

const auth = { method: 'approle', roleId: 'nobody', secretId: 'env:SID' }
const refused = vaultBackend(vaultConfig({ address, auth }), vaultTools({ SID: 'canary-secret-id' }))
await refused.open().catch(() => undefined)
await refused.close()
console.log(read.descriptor.signatureId === wallet.descriptor.signatureId ? 'read back' : 'lost')
