import { KeywardError } from '../../core/errors.js'
import { isLoopback } from '../../core/loopback.js'
import type { VaultConnection } from './config.js'

/** @throws KeywardError CONFIG_INVALID for plain http to another machine, unless that is allowed. */
export function assertSecure({
  address,
  allowInsecure = false,
}: Pick<VaultConnection, 'address' | 'allowInsecure'>): void {
  if (allowInsecure) return
  for (const one of typeof address === 'string' ? [address] : address) {
    const { protocol, hostname } = new URL(one)
    if (protocol === 'https:' || isLoopback(hostname)) continue
    throw new KeywardError('CONFIG_INVALID', `${one} would send wallets and tokens in the clear`, {
      advice:
        'Write https:// in `backend.address`. Where something else encrypts the way (a service mesh), set `backend.allowInsecure: true`.',
    })
  }
}
