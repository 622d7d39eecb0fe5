import type { Asset, IntentAction } from '../../core/intent.js'
import { decodeArguments } from './abi-arguments.js'

/** `0x` and the four bytes that name the function. */
const SELECTOR = 10
/** No token has a supply like this, so whoever may spend so much may spend all. */
const UNLIMITED = 2n ** 255n

type AddressForm = (address: string) => string
type Decoder = (hex: string, caller: string, asset: Asset, form: AddressForm) => IntentAction | undefined

/** The three calls of ERC-20 that move tokens or let somebody move them, by selector: https://eips.ethereum.org/EIPS/eip-20 */
const CALLS: Readonly<Record<string, Decoder>> = {
  // transfer(address to, uint256 amount)
  '0xa9059cbb': (hex, caller, asset, form) => {
    const values = decodeArguments(['address', 'uint256'], hex)
    return values && transfer(caller, form(values[0]), values[1], asset)
  },
  // transferFrom(address from, address to, uint256 amount)
  '0x23b872dd': (hex, _caller, asset, form) => {
    const values = decodeArguments(['address', 'address', 'uint256'], hex)
    return values && transfer(form(values[0]), form(values[1]), values[2], asset)
  },
  // approve(address spender, uint256 amount)
  '0x095ea7b3': (hex, owner, asset, form) => {
    const values = decodeArguments(['address', 'uint256'], hex)
    if (values === undefined) return undefined
    const [spender, amount] = values
    return { type: 'allowance', owner, spender: form(spender), asset, amount, unlimited: amount >= UNLIMITED }
  },
}

/**
 * The ERC-20 call in `data`, or `undefined` when it is none, has more or fewer bytes than its arguments, or an address with stray bytes: a contract may see
 * something else in those. ERC-721 contracts have the second and third call too; the amount is then the number of one token.
 * @param data hexadecimal with 0x, lower case.
 * @param addressForm how the chain writes an address that is `0x` and 40 lower-case digits here.
 */
export function decodeErc20(
  data: string,
  caller: string,
  asset: Asset,
  addressForm: AddressForm = (address) => address,
): IntentAction | undefined {
  return CALLS[data.slice(0, SELECTOR)]?.(data.slice(SELECTOR), caller, asset, addressForm)
}

const transfer = (from: string, to: string, amount: bigint, asset: Asset): IntentAction => ({
  type: 'transfer',
  from: [from],
  ...{ to, asset, amount, change: false },
})
