import { setImmediate } from 'node:timers/promises'
import { hash160, sha256 } from '../../common/hashes.js'
import type { InputVerifier } from '../verify.js'
import { failure } from '../verifier/failure.js'
import type { ParsedInput } from '../verifier/index.js'
import { SignatureMessages } from '../verifier/signature-message.js'
import { isSchnorrSignature } from './schnorr-check.js'

const HASH_TYPE = 0x41
const SIGNATURE_BYTES = 65
const PUBLIC_KEY_BYTES = 33

/**
 * Checks that every input spends a P2PKH output and is signed for it, with Schnorr and the hash type 0x41. Anything else is refused, so an extra or missing byte
 * anywhere shows.
 * @throws KeywardError VERIFICATION_FAILED
 */
export const verifyCashInputs: InputVerifier = (transaction, prevouts, check = checkSchnorr) => {
  if (prevouts.length !== transaction.inputs.length) throw failure('it has more or fewer inputs than outputs it spends')
  const messages = new SignatureMessages(transaction)
  return prevouts.map(({ script, value }, index) => {
    const input = transaction.inputs[index]
    if (input === undefined) throw failure(`input ${index} is missing`)
    const { signature, publicKey } = takeApart(input, index)
    const expected = Buffer.concat([Buffer.of(0x76, 0xa9, 20), hash160(publicKey), Buffer.of(0x88, 0xac)])
    if (!expected.equals(script)) {
      throw failure(`input ${index} is signed by another key than the spent output demands`)
    }
    check(publicKey, sha256(messages.segwit(index, script, value, HASH_TYPE)), signature)
    return publicKey
  })
}

function checkSchnorr(publicKey: Buffer, message: Buffer, signature: Buffer): void {
  if (!isSchnorrSignature(signature, message, publicKey)) throw failure('a signature is wrong')
}

let lastTurn: Promise<void> = Promise.resolve()

/** The platform has no threads for this arithmetic, and a check takes milliseconds: one after the other, with everybody else's work in between. */
export function checkSchnorrInTurn(publicKey: Buffer, message: Buffer, signature: Buffer): Promise<void> {
  const turn = lastTurn.then(() => setImmediate()).then(() => checkSchnorr(publicKey, message, signature))
  lastTurn = turn.catch(() => undefined)
  return turn
}

/** A push of signature and hash type, a push of the public key, nothing else. */
function takeApart({ scriptSig, witness }: ParsedInput, index: number): { signature: Buffer; publicKey: Buffer } {
  const keyAt = 1 + SIGNATURE_BYTES
  const inForm =
    scriptSig.length === keyAt + 1 + PUBLIC_KEY_BYTES &&
    scriptSig[0] === SIGNATURE_BYTES &&
    scriptSig[keyAt] === PUBLIC_KEY_BYTES &&
    witness.length === 0
  if (!inForm) throw failure(`input ${index} is not signed in the form its output demands`)
  if (scriptSig[SIGNATURE_BYTES] !== HASH_TYPE) throw failure('a signature does not cover the whole transaction')
  return { signature: scriptSig.subarray(1, SIGNATURE_BYTES), publicKey: scriptSig.subarray(keyAt + 1) }
}
