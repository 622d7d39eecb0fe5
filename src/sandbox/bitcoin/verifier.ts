/** An output that a transaction spends. */
export interface PreviousOutput {
  readonly satoshis: bigint
  readonly script: Uint8Array
}

/**
 * Proves that a transaction may spend its inputs: every script and signature. Not the code that signs.
 * @param previousOutputs in input order.
 * @throws when an input is not proven, or has a script that cannot be checked.
 */
export type TransactionVerifier = (rawHex: string, previousOutputs: readonly PreviousOutput[]) => void
