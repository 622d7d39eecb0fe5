import { keccak_256 } from '@noble/hashes/sha3'

/** Keccak-256 as Ethereum uses it: the padding is the one before NIST made it SHA-3, so Node's crypto does not have it. */
export const keccak256 = (data: Uint8Array): Buffer => {
  const hash = keccak_256(data)
  return Buffer.from(hash.buffer, hash.byteOffset, hash.byteLength)
}

export const hex = (bytes: Uint8Array): string =>
  `0x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')}`
