import { sha512_256 } from '@noble/hashes/sha2'
import { base32nopad } from '@scure/base'
import type { SignedTransaction } from '../../core/chain.js'
import { KeywardError } from '../../core/errors.js'
import type { SigningPlan } from '../../core/signing-plan.js'
import { verifyEd25519 } from '../common/ed25519.js'
import { onlySigner } from '../common/single-signer.js'
import type { MsgMap } from './msgpack.js'
import { readMap } from './msgpack-reader.js'
import { GENESIS } from './network.js'
import { PREFIX, unsignedOf } from './plan.js'

/*
 * The check between signing and the journal: another parser than the writer of the bytes, and other libraries for signature, hash and base32.
 */

/** Length of everything before the transaction: names, lengths and the signature. */
const ENVELOPE_BYTES = 75
/** Members by which a transaction would be another account's or part of another one. */
const FOREIGN: readonly string[] = ['rekey', 'grp']

/** @throws KeywardError VERIFICATION_FAILED naming what does not agree. */
export function verifyTransaction(plan: SigningPlan, { raw, txId }: SignedTransaction): void {
  if (!/^(?:[0-9a-f]{2})+$/.test(raw)) throw failed('the encoding')
  const bytes = Buffer.from(raw, 'hex')
  const { sig, txn, ...rest } = readMap(bytes) ?? {}
  if (!(sig instanceof Uint8Array) || !isMap(txn) || Object.keys(rest).length > 0) throw failed('the encoding')
  const unsigned = bytes.subarray(ENVELOPE_BYTES)
  if (!unsigned.equals(unsignedOf(plan))) throw failed('the content')
  checkNetwork(plan, txn)
  const message = Buffer.concat([PREFIX, unsigned])
  if (!verifyEd25519(message, senderKey(plan, txn), sig)) throw failed('the signature')
  if (txId !== base32nopad.encode(sha512_256(message))) throw failed('the transaction id')
}

const failed = (what: string): KeywardError =>
  new KeywardError('VERIFICATION_FAILED', `the signed bytes do not agree with the plan: ${what}`, {
    advice: 'Nothing was sent. This is a defect in Keyward or a failing computer: please report it.',
  })

const isMap = (value: MsgMap[string]): value is MsgMap => typeof value === 'object' && !(value instanceof Uint8Array)

function checkNetwork({ network }: SigningPlan, txn: MsgMap): void {
  const { gh, gen } = txn
  const { id, hash } = GENESIS[network]
  if (!(gh instanceof Uint8Array) || Buffer.from(gh).toString('hex') !== hash) throw failed('the network')
  if (gen !== undefined && gen !== id) throw failed('the network')
  if (FOREIGN.some((name) => Object.hasOwn(txn, name))) throw failed('a member that is not signed here')
}

/** The account that pays is the signer. @returns its public key. */
function senderKey(plan: SigningPlan, { snd }: MsgMap): Uint8Array {
  if (!(snd instanceof Uint8Array)) throw failed('the sender')
  const checksum = sha512_256(snd).slice(-4)
  if (base32nopad.encode(Buffer.concat([snd, checksum])) !== onlySigner(plan).address) throw failed('the sender')
  return snd
}
