import { createHash } from 'node:crypto'

export const sha256 = (data: Uint8Array): Buffer => createHash('sha256').update(data).digest()

/** SHA-256 twice: transaction ids, signature hashes and Base58Check. */
export const hash256 = (data: Uint8Array): Buffer => sha256(sha256(data))

/** RIPEMD-160 of SHA-256: what addresses and BIP-32 fingerprints call the hash of a public key. */
export const hash160 = (data: Uint8Array): Buffer => createHash('ripemd160').update(sha256(data)).digest()
