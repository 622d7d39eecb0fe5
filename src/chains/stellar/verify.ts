import type { SignedTransaction } from '../../core/chain.js'
import { KeywardError } from '../../core/errors.js'
import type { SigningPlan } from '../../core/signing-plan.js'
import { uint32 } from '../common/bip32.js'
import { verifyEd25519 } from '../common/ed25519.js'
import { sha256 } from '../common/hashes.js'
import { onlySigner } from '../common/single-signer.js'
import type { StellarDefinition } from './definition.js'
import { envelopeOf } from './plan.js'
import { publicKeyOf } from './strkey.js'

/*
 * The check between signing and the journal, on bytes and without the library that made them. The signed envelope must be the planned one but for the number
 * of signatures, which is one more, and 72 bytes at its end; and those must be the signer's, over a hash that is computed anew.
 */

/** Envelope types: https://developers.stellar.org/docs/learn/fundamentals/data-format/xdr. A hash is never over version 0. */
const VERSION_0 = 0
const VERSION_1 = 2
const FEE_BUMP = 5
/** Hint, length, signature. */
const HINT_BYTES = 4
const SIGNATURE_BYTES = 64
const ENTRY_BYTES = HINT_BYTES + 4 + SIGNATURE_BYTES

/** @throws KeywardError VERIFICATION_FAILED naming what does not agree. */
export function verifyTransaction(definition: StellarDefinition, plan: SigningPlan, signed: SignedTransaction): void {
  const before = bytesOf(envelopeOf(plan))
  const after = bytesOf(signed.raw)
  const body = commonBody(before, after)
  const hash = hashOf(body, definition.passphrase[plan.network])
  if (hash.toString('hex') !== signed.txId) throw failed('the transaction id')
  checkSignature(after.subarray(-ENTRY_BYTES), hash, onlySigner(plan).address)
}

const failed = (what: string): KeywardError =>
  new KeywardError('VERIFICATION_FAILED', `the signed bytes do not agree with the plan: ${what}`, {
    advice: 'Nothing was sent. This is a defect in Keyward or a failing computer: please report it.',
  })

/** Base64 has several texts for one content when its last bits are not zero; only the usual one is taken. */
function bytesOf(text: string): Buffer {
  const bytes = Buffer.from(text, 'base64')
  if (bytes.length % 4 !== 0 || bytes.toString('base64') !== text) throw failed('the encoding')
  return bytes
}

/** What is before the number of signatures: type and transaction. Everything but that number and the last entry has to be as it was. */
function commonBody(before: Buffer, after: Buffer): Buffer {
  if (after.length !== before.length + ENTRY_BYTES) throw failed('the length')
  const end = before.findIndex((byte, place) => byte !== after[place]) & ~3
  // None differs: -1, which stays below zero.
  if (end < 4) throw failed('the number of signatures')
  const count = before.readUInt32BE(end)
  if (after.readUInt32BE(end) !== count + 1 || !isWholeList(before, end + 4, count)) {
    throw failed('the number of signatures')
  }
  if (!after.subarray(end + 4, before.length).equals(before.subarray(end + 4))) throw failed('the other signatures')
  return after.subarray(0, end)
}

/** Do this many signatures fill the rest? Each has a hint, a length of up to 64, and bytes filled up to a multiple of four. */
function isWholeList(bytes: Buffer, start: number, count: number): boolean {
  let at = start
  for (let entry = 0; entry < count; entry++) {
    if (at + HINT_BYTES + 4 > bytes.length) return false
    const length = bytes.readUInt32BE(at + HINT_BYTES)
    if (length > SIGNATURE_BYTES) return false
    at += HINT_BYTES + 4 + 4 * Math.ceil(length / 4)
  }
  return at === bytes.length
}

/** SHA-256 over the network's id, the type, and the transaction. Version 0 is hashed as the version 1 that says the same: it names its account's kind of key. */
function hashOf(body: Buffer, passphrase: string): Buffer {
  const type = body.readUInt32BE(0)
  const content = body.subarray(4)
  const network = sha256(Buffer.from(passphrase, 'utf8'))
  switch (type) {
    case VERSION_0:
      return sha256(Buffer.concat([network, uint32(VERSION_1), uint32(0), content]))
    case VERSION_1:
    case FEE_BUMP:
      return sha256(Buffer.concat([network, uint32(type), content]))
    default:
      throw failed('the type')
  }
}

function checkSignature(entry: Buffer, hash: Buffer, address: string): void {
  const publicKey = publicKeyOf(address)
  if (publicKey === undefined) throw failed('the signer')
  if (!entry.subarray(0, HINT_BYTES).equals(publicKey.subarray(-HINT_BYTES))) throw failed('the hint')
  if (entry.readUInt32BE(HINT_BYTES) !== SIGNATURE_BYTES) throw failed('the signature')
  if (!verifyEd25519(hash, publicKey, entry.subarray(-SIGNATURE_BYTES))) throw failed('the signature')
}
