import { sealEnvelope } from '../../../src/backends/common/envelope.js'
import { labelsOf } from '../../../src/backends/common/labels.js'
import type { SignatureId } from '../../../src/core/ids.js'
import { wipeWallet } from '../../../src/core/wallet.js'
import { numberedId, sampleWallet } from '../sample-wallets.js'
import type { SecretsService } from './secrets-service.js'

/** Puts wallets there as Keyward keeps them: `<prefix>/` and the first `count` of the numbered ids. */
export function seedWallets(secrets: SecretsService, count: number, prefix = 'keyward'): SignatureId[] {
  return Array.from({ length: count }, (_, n) => {
    const signatureId = numberedId(n)
    const wallet = sampleWallet({ signatureId, xpub: `xpub-${n}` })
    const value = sealEnvelope(wallet, 65_536)
    secrets.put(`${prefix}/${signatureId}`, value.text(), labelsOf(wallet.descriptor))
    value.wipe()
    wipeWallet(wallet)
    return signatureId
  })
}
