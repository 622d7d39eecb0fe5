import { compile } from 'bitcoinjs-lib/src/script'
import type { InputSigner } from '../sign.js'
import { signSchnorr } from './schnorr.js'

/**
 * SIGHASH_ALL (01) with the fork id flag (40): the message of BIP-143 for every input, so that a signature is worth nothing on Bitcoin.
 * https://github.com/bitcoincashorg/bitcoincash.org/blob/master/spec/replay-protected-sighash.md
 */
const SIGHASH_ALL_FORKID = 0x41

export const signCashInput: InputSigner = (transaction, index, { key, script, value }) => {
  const message = transaction.hashForWitnessV0(index, script, value, SIGHASH_ALL_FORKID)
  const signature = signSchnorr(message, key.privateKey, key.publicKey)
  transaction.setInputScript(index, compile([Buffer.concat([signature, Buffer.of(SIGHASH_ALL_FORKID)]), key.publicKey]))
}
