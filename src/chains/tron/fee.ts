import type { TronTransaction } from './transaction.js'

/*
 * What the network may burn, in sun, at the prices of 2026. Prices are set by vote of the super representatives; whoever has staked pays with bandwidth and
 * energy and burns nothing. https://developers.tron.network/docs/resource-model
 */

const SUN_PER_BYTE = 1_000n
const NEW_ACCOUNT = 1_100_000n
const MEMO = 1_000_000n
const NEW_ASSET = 1_024_000_000n
/** Signature (65 bytes) and its header, the header of `raw_data` (up to four), and the 64 bytes that are counted for the result. */
const BYTES_AROUND = 67n + 4n + 64n
const MAKES_ACCOUNTS = ['AccountCreateContract', 'TransferContract', 'TransferAssetContract']

/** The most that the transaction burns: bandwidth, up to its limit for energy, the note, an account that is made for a recipient. */
export function maximumFee({ bytes, type, feeLimit, data }: TronTransaction): bigint {
  const bandwidth = (BigInt(bytes) + BYTES_AROUND) * SUN_PER_BYTE
  const account = MAKES_ACCOUNTS.includes(type) ? NEW_ACCOUNT : 0n
  const asset = type === 'AssetIssueContract' ? NEW_ASSET : 0n
  return bandwidth + feeLimit + account + asset + (data === undefined ? 0n : MEMO)
}
