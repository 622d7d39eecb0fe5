/*
 * StrKey, Stellar's text form of keys (https://stellar.org/protocol/sep-23): base32 of a version byte, 32 bytes and their CRC-16. In buffers throughout, because
 * secret seeds pass through.
 */

const ALPHABET = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', 'ascii')
const CONTENT_BYTES = 32
const BYTES = 1 + CONTENT_BYTES + 2
/** 35 bytes are 280 bits, which is 56 letters of 5 bits with none left over: each key has one text only. */
const LETTERS = 56

export const VERSION = { address: 6 << 3, seed: 18 << 3 } as const
export type Version = (typeof VERSION)[keyof typeof VERSION]

/** ASCII bytes. The caller wipes them when the content is secret. */
export function encodeStrKey(version: Version, content: Uint8Array): Buffer {
  const data = Buffer.allocUnsafeSlow(BYTES)
  data[0] = version
  data.set(content, 1)
  data.writeUInt16LE(crc16(data.subarray(0, BYTES - 2)), BYTES - 2)
  const text = Buffer.allocUnsafeSlow(LETTERS)
  for (let letter = 0; letter < LETTERS; letter++) text[letter] = ALPHABET[fiveBits(data, 5 * letter)] ?? 0
  data.fill(0)
  return text
}

/** The 32 bytes, or `undefined` when letters, length, version or checksum are wrong. The caller wipes them when they are secret. */
export function decodeStrKey(version: Version, text: Uint8Array): Buffer | undefined {
  if (text.length !== LETTERS) return undefined
  const data = Buffer.alloc(BYTES)
  try {
    for (let letter = 0; letter < LETTERS; letter++) {
      const value = ALPHABET.indexOf(text[letter] ?? 0)
      if (value < 0) return undefined
      for (let bit = 0; bit < 5; bit++) if ((value & (16 >> bit)) !== 0) setBit(data, 5 * letter + bit)
    }
    const sound = data[0] === version && data.readUInt16LE(BYTES - 2) === crc16(data.subarray(0, BYTES - 2))
    if (!sound) return undefined
    const content = Buffer.allocUnsafeSlow(CONTENT_BYTES)
    data.copy(content, 0, 1, 1 + CONTENT_BYTES)
    return content
  } finally {
    data.fill(0)
  }
}

/** Address of a public key: `G…`. The same on both networks. */
export const addressOf = (publicKey: Uint8Array): string => encodeStrKey(VERSION.address, publicKey).toString('ascii')

/** Public key of an address, or `undefined` for a text that is none. */
export const publicKeyOf = (address: string): Buffer | undefined =>
  decodeStrKey(VERSION.address, Buffer.from(address, 'utf8'))

function fiveBits(data: Buffer, from: number): number {
  const word = ((data[from >> 3] ?? 0) << 8) | (data[(from >> 3) + 1] ?? 0)
  return (word >> (11 - (from & 7))) & 31
}

function setBit(data: Buffer, at: number): void {
  data[at >> 3] = (data[at >> 3] ?? 0) | (0x80 >> (at & 7))
}

/** CRC-16/XMODEM. */
function crc16(bytes: Uint8Array): number {
  let crc = 0
  for (const byte of bytes) {
    crc ^= byte << 8
    for (let bit = 0; bit < 8; bit++) crc = (crc & 0x8000) === 0 ? crc << 1 : (crc << 1) ^ 0x1021
    crc &= 0xffff
  }
  return crc
}
