/** What the API's builder writes for a caller who gave a signatureId. Amounts are in wei. */
export interface Web3Transaction {
  readonly to: string
  readonly value: bigint
  readonly data?: string
  readonly nonce?: number
  readonly gasPrice: bigint
  readonly gas?: bigint
}

/**
 * The `serializedTransaction` of ETH: a web3 transaction with the number 0 for `from`, because the sender is not known yet. Members in the builder's order;
 * amounts as decimal text; what is not given is absent, but for the gas price, which is always there.
 */
export function web3Json({ to, value, data, nonce, gasPrice, gas }: Web3Transaction): string {
  return JSON.stringify({
    from: 0,
    to,
    value: value.toString(),
    data,
    nonce,
    gasPrice: gasPrice.toString(),
    gas: gas?.toString(),
  })
}

/** The `data` of a request: 0x-hexadecimal as it is, any other text as its UTF-8 bytes. */
export function hexData(text: string | undefined): string | undefined {
  if (text === undefined || text === '') return undefined
  return /^0x([0-9a-fA-F]{2})*$/.test(text) ? text : `0x${Buffer.from(text, 'utf8').toString('hex')}`
}
