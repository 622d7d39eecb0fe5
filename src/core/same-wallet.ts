import { timingSafeEqual } from 'node:crypto'
import { canonicalJson } from './json.js'
import type { Secret } from './secret.js'
import { WALLET_KINDS } from './wallet.js'
import type { ManagedWallet } from './wallet.js'

/** Whether two wallets are the same to the last byte: what a backend asks after it has written one and read it back. */
export function sameWallet(left: ManagedWallet, right: ManagedWallet): boolean {
  return (
    canonicalJson({ ...left.descriptor }) === canonicalJson({ ...right.descriptor }) &&
    WALLET_KINDS.every((kind) => sameSecret(left.material[kind], right.material[kind])) &&
    sameSecret(left.extra, right.extra)
  )
}

function sameSecret(left: Secret | undefined, right: Secret | undefined): boolean {
  if (left === undefined || right === undefined) return left === right
  return left.use((a) => right.use((b) => a.length === b.length && timingSafeEqual(a, b)))
}
