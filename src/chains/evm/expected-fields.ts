import type { RlpStructuredData } from 'ethers/utils'
import type { EvmTransaction } from './plan.js'

/*
 * What the verifier expects in the signed bytes: every field by its name, in order, as RLP spells it in hexadecimal. Shares nothing with the encoder.
 */

export function expectedFields(transaction: EvmTransaction): Readonly<Record<string, RlpStructuredData>> {
  const nonce = quantity(transaction.nonce)
  const chainId = quantity(transaction.chainId)
  const content = {
    gas: quantity(transaction.gas),
    to: transaction.to ?? '0x',
    value: quantity(transaction.value),
    data: transaction.data,
  }
  if (transaction.type === 'legacy') return { nonce, gasPrice: quantity(transaction.gasPrice), ...content }
  if (transaction.type === 'kaia') return expectedKaiaFields(transaction, nonce, content)
  const accessList = transaction.accessList.map(({ address, storageKeys }) => [address, [...storageKeys]])
  if (transaction.type === 'eip2930') {
    return { chainId, nonce, gasPrice: quantity(transaction.gasPrice), ...content, accessList }
  }
  const maxPriorityFeePerGas = quantity(transaction.maxPriorityFeePerGas)
  const maxFeePerGas = quantity(transaction.maxFeePerGas)
  const dynamic = { chainId, nonce, maxPriorityFeePerGas, maxFeePerGas, ...content, accessList }
  return transaction.type === 'cip64' ? { ...dynamic, feeCurrency: transaction.feeCurrency } : dynamic
}

/** Every type begins with nonce, price and gas, and names the sender. */
function expectedKaiaFields(
  { kind, gasPrice: price, from, accountKey = '0x' }: Extract<EvmTransaction, { type: 'kaia' }>,
  nonce: string,
  { gas, to, value, data }: { gas: string; to: string; value: string; data: string },
): Readonly<Record<string, string>> {
  const head = { nonce, gasPrice: quantity(price), gas }
  if (kind === 'CANCEL') return { ...head, from }
  if (kind === 'ACCOUNT_UPDATE') return { ...head, from, accountKey }
  const payment = { ...head, to, value, from }
  if (kind === 'VALUE_TRANSFER') return payment
  if (kind === 'SMART_CONTRACT_DEPLOY') return { ...payment, data, humanReadable: '0x', codeFormat: '0x' }
  return { ...payment, data }
}

/** A number as RLP spells it in hexadecimal: whole bytes, no leading zero byte, nothing for zero. */
export function quantity(number: bigint): string {
  const digits = number === 0n ? '' : number.toString(16)
  return `0x${digits.length % 2 === 0 ? '' : '0'}${digits}`
}
