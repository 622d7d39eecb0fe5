import { LruCache } from './lru-cache.js'
import { uncompressed } from './secp256k1.js'
import { hex, keccak256 } from './keccak.js'

const ADDRESS = /^(?:0x)?([0-9a-f]{40})$/i

/** Address of a public key in either form: the last 20 bytes of the hash of both coordinates, in lower case (Yellow Paper, appendix F). */
export const addressOf = (publicKey: Uint8Array): string =>
  hex(keccak256(uncompressed(publicKey).subarray(1)).subarray(12))

/** A busy service meets the same senders and recipients again and again, and each checksum takes a hash. */
const checksums = new LruCache<string, string>(10_000)

/** The address in EIP-55 mixed case, https://eips.ethereum.org/EIPS/eip-55. Takes `0x` and 40 lower-case digits. */
export const checksumAddress = (address: string): string =>
  checksums.getOrCompute(address, () => computeChecksum(address))

function computeChecksum(address: string): string {
  const digits = address.slice(2)
  const hash = keccak256(Buffer.from(digits, 'ascii')).toString('hex')
  const cased = Array.from(digits, (digit, place) => ((hash[place] ?? '') >= '8' ? digit.toUpperCase() : digit))
  return `0x${cased.join('')}`
}

/**
 * An address as people and programs write it, in lower case: with or without 0x, all lower, all upper, or with the right EIP-55 checksum. `undefined` for
 * anything else.
 */
export function parseAddress(text: string): string | undefined {
  const digits = ADDRESS.exec(text)?.[1]
  if (digits === undefined) return undefined
  const address = `0x${digits.toLowerCase()}`
  const oneCase = digits === digits.toLowerCase() || digits === digits.toUpperCase()
  return oneCase || checksumAddress(address) === `0x${digits}` ? address : undefined
}
