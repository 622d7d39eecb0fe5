import type { Asset, IntentAction } from '../../core/intent.js'
import { decodeErc20 } from './erc20.js'
import { decodeNftCall } from './nft-calls.js'

/**
 * The call of a token's contract in `data`, of ERC-20, ERC-721 or ERC-1155, or `undefined` when it is none that can be explained whole.
 * @param data hexadecimal with 0x, lower case.
 * @param addressForm how the chain writes an address that is `0x` and 40 lower-case digits here.
 */
export function decodeTokenCall(
  data: string,
  caller: string,
  asset: Asset & { readonly contract: string },
  addressForm: (address: string) => string = (address) => address,
): IntentAction | undefined {
  return decodeErc20(data, caller, asset, addressForm) ?? decodeNftCall(data, caller, asset.contract, addressForm)
}
