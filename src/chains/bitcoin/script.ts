/*
 * The standard output scripts: https://developer.bitcoin.org/devguide/transactions.html and BIP-141, BIP-350. Building and recognising are next to each other
 * so that one can be read against the other.
 */

const OP = { zero: 0x00, one: 0x51, sixteen: 0x60, return: 0x6a, dup: 0x76, equal: 0x87, equalVerify: 0x88 } as const
const OP_HASH160 = 0xa9
const OP_CHECKSIG = 0xac
const HASH_BYTES = 20
const PUBLIC_KEY_BYTES = 33

const PKH_HEAD = Buffer.of(OP.dup, OP_HASH160, HASH_BYTES)
const PKH_TAIL = Buffer.of(OP.equalVerify, OP_CHECKSIG)
const SH_HEAD = Buffer.of(OP_HASH160, HASH_BYTES)
const SH_TAIL = Buffer.of(OP.equal)
const WPKH_HEAD = Buffer.of(OP.zero, HASH_BYTES)

export const p2pkhScript = (keyHash: Uint8Array): Buffer => Buffer.concat([PKH_HEAD, keyHash, PKH_TAIL])
export const p2wpkhScript = (keyHash: Uint8Array): Buffer => Buffer.concat([WPKH_HEAD, keyHash])

/** What a script is, with the bytes it commits to. `other`: anything that has no address and no name here. */
export type ScriptContent =
  | { readonly type: 'p2pkh'; readonly keyHash: Buffer }
  | { readonly type: 'p2sh'; readonly scriptHash: Buffer }
  | { readonly type: 'p2pk'; readonly publicKey: Buffer }
  | { readonly type: 'witness'; readonly version: number; readonly program: Buffer }
  | { readonly type: 'op-return'; readonly data: Buffer }
  | { readonly type: 'other' }

export function recognise(script: Buffer): ScriptContent {
  if (framed(script, PKH_HEAD, HASH_BYTES, PKH_TAIL)) return { type: 'p2pkh', keyHash: script.subarray(3, 23) }
  if (framed(script, SH_HEAD, HASH_BYTES, SH_TAIL)) return { type: 'p2sh', scriptHash: script.subarray(2, 22) }
  if (isPublicKeyScript(script)) return { type: 'p2pk', publicKey: script.subarray(1, 1 + PUBLIC_KEY_BYTES) }
  if (script[0] === OP.return) return { type: 'op-return', data: pushedData(script.subarray(1)) }
  return recogniseWitness(script) ?? { type: 'other' }
}

function framed(script: Buffer, head: Buffer, bodyBytes: number, tail: Buffer): boolean {
  if (script.length !== head.length + bodyBytes + tail.length) return false
  return script.subarray(0, head.length).equals(head) && script.subarray(-tail.length).equals(tail)
}

function isPublicKeyScript(script: Buffer): boolean {
  if (script.length !== PUBLIC_KEY_BYTES + 2 || script[0] !== PUBLIC_KEY_BYTES) return false
  return (script[1] === 0x02 || script[1] === 0x03) && script[PUBLIC_KEY_BYTES + 1] === OP_CHECKSIG
}

/** BIP-141: a version opcode and one push of 2 to 40 bytes; version 0 knows 20 and 32 bytes only. */
function recogniseWitness(script: Buffer): ScriptContent | undefined {
  const [opcode, length] = script
  if (opcode === undefined || length === undefined) return undefined
  if (opcode !== OP.zero && (opcode < OP.one || opcode > OP.sixteen)) return undefined
  if (length < 2 || length > 40 || script.length !== length + 2) return undefined
  const version = opcode === OP.zero ? 0 : opcode - OP.one + 1
  if (version === 0 && length !== 20 && length !== 32) return undefined
  return { type: 'witness', version, program: script.subarray(2) }
}

/** The data of a single direct push, which is what nearly all senders write; otherwise everything after OP_RETURN as it stands. */
function pushedData(rest: Buffer): Buffer {
  const [opcode, length] = rest
  if (opcode !== undefined && opcode <= 75 && rest.length === opcode + 1) return rest.subarray(1)
  return opcode === 76 && length !== undefined && rest.length === length + 2 ? rest.subarray(2) : rest
}
