import { Transaction } from 'bitcoinjs-lib/src/transaction'
import type { Output } from './ledger.js'
import { bitcoreText } from './scripts.js'

export interface Recipient {
  readonly script: Uint8Array
  readonly satoshis: bigint
}

/** The change a caller asked for. `index` is absent when the change was too small to become an output. */
export interface Change {
  readonly script: Uint8Array
  readonly fee: bigint
  readonly index?: number
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/**
 * The `serializedTransaction` of BTC: the object form of an unsigned bitcore transaction, members in bitcore's order. Version 2, no lock time, final
 * sequences, inputs and outputs in the order given.
 * @param change only when the caller gave a fee and a change address; the change output itself is among the outputs.
 */
export function bitcoreJson(inputs: readonly Output[], outputs: readonly Recipient[], change?: Change): string {
  const transaction = new Transaction()
  transaction.version = 2
  for (const { txId, index } of inputs) transaction.addInput(Buffer.from(txId, 'hex').reverse(), index)
  for (const { script, satoshis } of outputs) transaction.addOutput(script, satoshis)
  return JSON.stringify({
    hash: transaction.getId(),
    version: transaction.version,
    inputs: inputs.map(({ txId, index, satoshis, script }) => ({
      prevTxId: txId,
      outputIndex: index,
      sequenceNumber: Transaction.DEFAULT_SEQUENCE,
      script: '',
      scriptString: '',
      output: { satoshis: Number(satoshis), script: hex(script) },
    })),
    outputs: outputs.map(({ satoshis, script }) => ({ satoshis: Number(satoshis), script: hex(script) })),
    nLockTime: 0,
    ...(change === undefined
      ? {}
      : { changeScript: bitcoreText(change.script), changeIndex: change.index, fee: Number(change.fee) }),
  })
}
