import { blake2b } from '@noble/hashes/blake2'

/** BLAKE2b-224: what addresses hold of a public key. */
export const blake2b224 = (data: Uint8Array): Buffer => Buffer.from(blake2b(data, { dkLen: 28 }))

/** BLAKE2b-256: transaction ids, which are also what is signed. */
export const blake2b256 = (data: Uint8Array): Buffer => Buffer.from(blake2b(data, { dkLen: 32 }))
