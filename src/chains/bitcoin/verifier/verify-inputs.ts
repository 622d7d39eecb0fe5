import { hash160 } from '../../common/hashes.js'
import { checkSignature } from './ecdsa.js'
import type { SignatureCheck } from './ecdsa.js'
import { failure } from './failure.js'
import type { ParsedInput, ParsedTransaction } from './parse-transaction.js'
import { SignatureMessages } from './signature-message.js'

/** A spent output. */
export interface Prevout {
  /** Smallest units. */
  readonly value: bigint
  readonly script: Buffer
}

const NOTHING = Buffer.alloc(0)

/**
 * Checks that every input is signed, with SIGHASH_ALL, by the key that the output it spends demands: P2PKH, P2WPKH, P2WPKH in P2SH, P2PK.
 * @param prevouts the spent outputs, in the order of the inputs.
 * @param check the arithmetic, for callers that let other threads do it.
 * @returns the compressed public keys that signed, in the order of the inputs.
 * @throws KeywardError VERIFICATION_FAILED
 */
export function verifyInputs(
  transaction: ParsedTransaction,
  prevouts: readonly Prevout[],
  check: SignatureCheck = checkSignature,
): readonly Buffer[] {
  if (prevouts.length !== transaction.inputs.length) throw failure('it has more or fewer inputs than outputs it spends')
  const messages = new SignatureMessages(transaction)
  return transaction.inputs.map((input, index) => {
    const prevout = prevouts[index]
    if (prevout === undefined) throw failure(`nothing is known of what input ${index} spends`)
    return verifyInput(messages, input, index, prevout, check)
  })
}

function verifyInput(
  messages: SignatureMessages,
  input: ParsedInput,
  index: number,
  { script, value }: Prevout,
  check: SignatureCheck,
): Buffer {
  const { signature, publicKey, program } = authorisation(input, index, script)
  const message =
    program === undefined
      ? messages.legacy(index, script)
      : messages.segwit(index, Buffer.concat([Buffer.of(0x76, 0xa9, 20), program, Buffer.of(0x88, 0xac)]), value)
  check(publicKey, message, signature)
  return publicKey
}

interface Authorisation {
  readonly signature: Buffer
  readonly publicKey: Buffer
  /** Hash of the public key in the witness program; absent for old-style inputs. */
  readonly program?: Buffer
}

/** Takes scriptSig and witness apart. What is not exactly the expected form is refused, so an extra or missing byte anywhere shows. */
function authorisation(input: ParsedInput, index: number, script: Buffer): Authorisation {
  const { scriptSig, witness } = input
  const refuse = (what: string): Error => failure(`input ${index} ${what}`)

  const requireHash = (publicKey: Buffer, hash: Buffer): void => {
    if (!hash160(publicKey).equals(hash)) throw refuse('is signed by another key than the spent output demands')
  }
  const fromWitness = (program: Buffer, expectedScriptSig: Buffer): Authorisation => {
    const [signature, publicKey] = witness
    if (
      witness.length !== 2 ||
      signature === undefined ||
      publicKey === undefined ||
      !scriptSig.equals(expectedScriptSig)
    ) {
      throw refuse('is not signed in the form its output demands')
    }
    requireHash(publicKey, program)
    return { signature, publicKey, program }
  }
  const fromScript = (pushes: number): readonly Buffer[] => {
    const found = directPushes(scriptSig)
    if (found?.length !== pushes || witness.length > 0) throw refuse('is not signed in the form its output demands')
    return found
  }

  if (script.length === 22 && script[0] === 0x00 && script[1] === 20) return fromWitness(script.subarray(2), NOTHING)
  if (script.length === 23 && script[0] === 0xa9 && script[1] === 20 && script[22] === 0x87) {
    const redeem = scriptSig.subarray(1)
    const nested = scriptSig[0] === 22 && redeem.length === 22 && redeem[0] === 0x00 && redeem[1] === 20
    if (!nested || !hash160(redeem).equals(script.subarray(2, 22))) throw refuse('spends a script of unknown content')
    return fromWitness(redeem.subarray(2), scriptSig)
  }
  if (isKeyHashScript(script)) {
    const [signature = NOTHING, publicKey = NOTHING] = fromScript(2)
    requireHash(publicKey, script.subarray(3, 23))
    return { signature, publicKey }
  }
  if (script.length === 35 && script[0] === 33 && script[34] === 0xac) {
    const [signature = NOTHING] = fromScript(1)
    return { signature, publicKey: script.subarray(1, 34) }
  }
  throw refuse('spends a kind of script that is not supported')
}

/** `OP_DUP OP_HASH160 <20 bytes> OP_EQUALVERIFY OP_CHECKSIG` */
const isKeyHashScript = (script: Buffer): boolean =>
  script.length === 25 &&
  script[0] === 0x76 &&
  script[1] === 0xa9 &&
  script[2] === 20 &&
  script[23] === 0x88 &&
  script[24] === 0xac

/** The pushed items of a script that consists of pushes of 1 to 75 bytes only; anything else is `undefined`. */
function directPushes(script: Buffer): Buffer[] | undefined {
  const items: Buffer[] = []
  for (let at = 0; at < script.length;) {
    const length = script[at] ?? 0
    if (length === 0 || length > 75 || at + 1 + length > script.length) return undefined
    items.push(script.subarray(at + 1, at + 1 + length))
    at += 1 + length
  }
  return items
}
