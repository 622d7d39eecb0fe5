import type { ChainLookups, ChainTransactions, PrepareInput } from '../../core/chain.js'
import { decodePlan } from './decode.js'
import type { BitcoinDefinition } from './definition.js'
import { findTransaction, meaningOfRejection } from './network.js'
import { preparePlan } from './prepare.js'
import { readRequest } from './request.js'
import type { BitcoinRequest } from './request.js'
import { serializedReader } from './serialized-transaction.js'
import type { BareInput, Outpoint, SerializedReader, UnsignedTransaction } from './serialized-transaction.js'
import { signBitcoinInput, signPlan } from './sign.js'
import type { InputSigner } from './sign.js'
import { assignSigners } from './signers.js'
import type { Assignment } from './signers.js'
import { checkSignatureInBackground, verifyInputs } from './verifier/index.js'
import { verifySigned, verifySignedInBackground } from './verify.js'
import type { BackgroundCheck, InputVerifier } from './verify.js'

/** What a chain does its own way. */
export interface DialectFunctions<Input extends BareInput> {
  readonly readSerialized: SerializedReader<Input>
  assign(input: PrepareInput<BitcoinRequest<Input>>, lookups: ChainLookups): Assignment | Promise<Assignment>
  readonly signInput: InputSigner
  readonly verifyInputs: InputVerifier
  /** One signature, without holding up the event loop for longer than that takes. */
  readonly checkInBackground: BackgroundCheck
}

/** Transactions of any chain of the family. */
export function familyTransactions<Input extends BareInput>(
  definition: BitcoinDefinition,
  dialect: DialectFunctions<Input>,
): ChainTransactions<BitcoinRequest<Input>> {
  return {
    read: (pending) => readRequest(pending, dialect.readSerialized),
    accounts: ({ request }) => outpointsOf(request.transaction),
    prepare: (input, lookups) => preparePlan(definition, input, () => dialect.assign(input, lookups)),
    decode: (plan, wallets) => decodePlan(definition, plan, wallets),
    sign: (plan, keyOf) => signPlan(definition, plan, keyOf, dialect.signInput),
    verify: (plan, signed) => verifySigned(definition, plan, signed, dialect.verifyInputs),
    verifyInBackground: (plan, signed) =>
      verifySignedInBackground(definition, plan, signed, dialect.verifyInputs, dialect.checkInBackground),
    find: (txId, lookups) => findTransaction(definition, txId, lookups),
    rejection: meaningOfRejection,
  }
}

/** Transactions of chains that differ from Bitcoin in texts and limits only. */
export function bitcoinTransactions(definition: BitcoinDefinition): ChainTransactions<BitcoinRequest> {
  return familyTransactions(definition, {
    readSerialized: serializedReader(definition),
    assign: (input) => assignSigners(definition, input),
    signInput: signBitcoinInput,
    verifyInputs,
    checkInBackground: checkSignatureInBackground,
  })
}

/**
 * The outputs that a transaction spends and makes. Two transactions that share one must keep their order: they compete for it, or one spends the other's
 * change. Transactions that share none, of one wallet or of many, go side by side.
 */
function outpointsOf({ txId, inputs, outputs }: UnsignedTransaction<BareInput>): string[] {
  const name = (outpoint: Outpoint): string => `${outpoint.txId}:${outpoint.vout}`
  return [...inputs.map(name), ...outputs.map((_, vout) => name({ txId, vout }))]
}
