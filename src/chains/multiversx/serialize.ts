import type { UnsignedTransaction } from './plan.js'

/**
 * The text that is signed: https://docs.multiversx.com/developers/signing-transactions. JSON without blanks, members in this order, `data` only where there is some. No text in it
 * holds a character that JSON escapes: addresses, digits, base64 and a chain id are checked when the plan is read.
 */
export function serializeForSigning(transaction: UnsignedTransaction): string {
  const { nonce, value, to, sender, gasPrice, gasLimit, data, chainId, version } = transaction
  const written = data === '' ? '' : `"data":"${data}",`
  return (
    `{"nonce":${nonce},"value":"${value}","receiver":"${to}","sender":"${sender}",` +
    `"gasPrice":${gasPrice},"gasLimit":${gasLimit},${written}"chainID":"${chainId}","version":${version}}`
  )
}

/** What is sent: the same with the signature last. @param signature lower-case hexadecimal. */
export const withSignature = (unsigned: string, signature: string): string =>
  `${unsigned.slice(0, -1)},"signature":"${signature}"}`
