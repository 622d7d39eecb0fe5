import type { SignedTransaction } from '../../core/chain.js'
import type { SigningPlan } from '../../core/signing-plan.js'
import { hash160 } from '../common/hashes.js'
import { keyHashOfAddress } from './address.js'
import type { BitcoinDefinition } from './definition.js'
import { readPlanBody } from './plan.js'
import { failure } from './verifier/failure.js'
import { parseTransaction } from './verifier/index.js'
import type { ParsedTransaction, Prevout, SignatureCheck } from './verifier/index.js'

/** The same as the arithmetic of `InputVerifier`, as a promise. */
export type BackgroundCheck = (...given: Parameters<SignatureCheck>) => Promise<void>

/**
 * Checks all signatures.
 * @param check the arithmetic of one signature, for callers that let it be done elsewhere or later.
 * @returns the compressed public keys that signed, in the order of the inputs.
 * @throws KeywardError VERIFICATION_FAILED
 */
export type InputVerifier = (
  transaction: ParsedTransaction,
  prevouts: readonly Prevout[],
  check?: SignatureCheck,
) => readonly Buffer[]

/**
 * Reads the signed bytes again and compares them with the plan: version, lock time, every input and output, every signature, who signed, and the id.
 * @throws KeywardError VERIFICATION_FAILED
 */
export function verifySigned(
  definition: BitcoinDefinition,
  plan: SigningPlan,
  signed: SignedTransaction,
  inputs: InputVerifier,
): void {
  const body = readPlanBody(plan)
  const parsed = parseTransaction(signed.raw)
  if (parsed.txId !== signed.txId) throw failure('its id is not the one that was stored')
  if (parsed.version !== body.version || parsed.lockTime !== body.lockTime) throw failure('version or lock time differ')
  const sameInputs = sameList(parsed.inputs, body.inputs, (left, right) => {
    return left.txId === right.txId && left.vout === right.vout && left.sequence === right.sequence
  })
  if (!sameInputs) throw failure('its inputs are not those of the plan')
  const sameOutputs = sameList(parsed.outputs, body.outputs, (left, right) => {
    return left.value === right.value && left.script.equals(right.script)
  })
  if (!sameOutputs) throw failure('its outputs are not those of the plan')

  const signedBy = inputs(parsed, body.inputs)
  const expected = plan.signers.map(({ address }) => keyHashOfAddress(definition, plan.network, address))
  const sameSigners = sameList(signedBy, body.inputs, (publicKey, { signer }) => {
    return expected[signer]?.equals(hash160(publicKey)) === true
  })
  if (!sameSigners) throw failure('it is signed by other keys than the plan names')
}

/** As `verifySigned`, with the arithmetic of the signatures done without holding up everybody else. */
export async function verifySignedInBackground(
  definition: BitcoinDefinition,
  plan: SigningPlan,
  signed: SignedTransaction,
  inputs: InputVerifier,
  checkInBackground: BackgroundCheck,
): Promise<void> {
  const checks: Promise<void>[] = []
  try {
    verifySigned(definition, plan, signed, (parsed, prevouts) =>
      inputs(parsed, prevouts, (...given) => void checks.push(checkInBackground(...given))),
    )
  } finally {
    await Promise.all(checks)
  }
}

function sameList<Left, Right>(
  left: readonly Left[],
  right: readonly Right[],
  same: (left: Left, right: Right) => boolean,
): boolean {
  return (
    left.length === right.length &&
    left.every((item, position) => {
      const other = right[position]
      return other !== undefined && same(item, other)
    })
  )
}
