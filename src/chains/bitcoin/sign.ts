import { compile } from 'bitcoinjs-lib/src/script'
import { encode } from 'bitcoinjs-lib/src/script_signature'
import { Transaction } from 'bitcoinjs-lib/src/transaction'
import type { SignedTransaction, SigningKey } from '../../core/chain.js'
import { KeywardError } from '../../core/errors.js'
import type { Signer, SigningPlan } from '../../core/signing-plan.js'
import { hash160 } from '../common/hashes.js'
import { sign } from '../common/secp256k1.js'
import { hasSegwit } from './definition.js'
import type { BitcoinDefinition } from './definition.js'
import { readPlanBody } from './plan.js'
import type { PlanBody } from './plan.js'
import { p2pkhScript, p2wpkhScript } from './script.js'
import { ownersOfScripts } from './script-owners.js'
import type { InputType } from './script-owners.js'
import { buildTransaction } from './serialized-transaction.js'

/*
 * Signs every input with SIGHASH_ALL: the old signature hash for P2PKH and P2PK, BIP-143 for P2WPKH and P2WPKH in P2SH. Deterministic: RFC 6979, low s, and no
 * search for a short r, which is what the reference tool does too; so the bytes of a plan can be computed again anywhere.
 */

/** An input to be signed, and the key for it. */
export interface Job {
  readonly key: SigningKey
  readonly keyHash: Buffer
  readonly type: InputType
  /** Of the spent output. */
  readonly script: Buffer
  readonly value: bigint
}

/** Puts the signature of one input into the transaction. */
export type InputSigner = (transaction: Transaction, index: number, job: Job) => void

/** @throws KeywardError SIGNER_MISMATCH when a key does not match the script it shall sign for; no input is signed then. */
export function signPlan(
  definition: BitcoinDefinition,
  plan: SigningPlan,
  keyOf: (signer: Signer) => SigningKey,
  signInput: InputSigner,
): SignedTransaction {
  const body = readPlanBody(plan)
  const jobs = jobsOf(definition, plan, body, keyOf)
  const transaction = buildTransaction(body)
  for (const [index, job] of jobs.entries()) signInput(transaction, index, job)
  return { raw: transaction.toHex(), txId: transaction.getId() }
}

function jobsOf(
  definition: BitcoinDefinition,
  plan: SigningPlan,
  body: PlanBody,
  keyOf: (signer: Signer) => SigningKey,
): Job[] {
  const segwit = hasSegwit(definition, plan.network)
  const keys = plan.signers.map((signer) => {
    const key = keyOf(signer)
    return { key, ownerOf: ownersOfScripts([[hash160(key.publicKey), key]], segwit) }
  })
  return body.inputs.map(({ script, value, signer }, index) => {
    const match = keys[signer]?.ownerOf(script)
    if (match === undefined) {
      throw new KeywardError('SIGNER_MISMATCH', `the key for input ${index} does not match the output it spends`, {
        advice: 'The wallet is not the owner of this output. Check the signatureId and index of the request.',
      })
    }
    return { key: match.owner, keyHash: match.keyHash, type: match.type, script, value }
  })
}

/** By the rules of Bitcoin. */
export const signBitcoinInput: InputSigner = (transaction, index, { key, keyHash, type, script, value }) => {
  const { publicKey, privateKey } = key
  const signature = (hash: Uint8Array): Uint8Array => encode(sign(hash, privateKey), Transaction.SIGHASH_ALL)
  const legacy = (): Uint8Array => signature(transaction.hashForSignature(index, script, Transaction.SIGHASH_ALL))
  const segwit = (): Uint8Array =>
    signature(transaction.hashForWitnessV0(index, p2pkhScript(keyHash), value, Transaction.SIGHASH_ALL))
  switch (type) {
    case 'p2pkh':
      transaction.setInputScript(index, compile([legacy(), publicKey]))
      return
    case 'p2pk':
      transaction.setInputScript(index, compile([legacy()]))
      return
    case 'p2sh-p2wpkh':
      transaction.setInputScript(index, compile([p2wpkhScript(keyHash)]))
      transaction.setWitness(index, [segwit(), publicKey])
      return
    case 'p2wpkh':
      transaction.setWitness(index, [segwit(), publicKey])
  }
}
