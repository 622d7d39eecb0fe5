import type { Asset, IntentAction } from '../../core/intent.js'

/** Hexadecimal digits of one argument: 32 bytes. */
const WORD = 64
/** `0x` and the four bytes that name the function. */
const SELECTOR = 10
/** No token has a supply like this, so whoever may spend so much may spend all. */
const UNLIMITED = 2n ** 255n

type AddressForm = (address: string) => string
type Decoder = (
  words: readonly string[],
  caller: string,
  asset: Asset,
  addressIn: (word: string | undefined) => string | undefined,
) => IntentAction | undefined

/** The three calls of ERC-20 that move tokens or let somebody move them, by selector: https://eips.ethereum.org/EIPS/eip-20 */
const CALLS: Readonly<Record<string, { readonly words: number; readonly decode: Decoder }>> = {
  // transfer(address to, uint256 amount)
  '0xa9059cbb': {
    words: 2,
    decode: ([to, amount], caller, asset, addressIn) => transfer(caller, addressIn(to), amount, asset),
  },
  // transferFrom(address from, address to, uint256 amount)
  '0x23b872dd': {
    words: 3,
    decode: ([from, to, amount], _caller, asset, addressIn) => transfer(addressIn(from), addressIn(to), amount, asset),
  },
  // approve(address spender, uint256 amount)
  '0x095ea7b3': {
    words: 2,
    decode: ([spender, amount], caller, asset, addressIn) => approval(caller, addressIn(spender), amount, asset),
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
  const known = CALLS[data.slice(0, SELECTOR)]
  if (known === undefined || data.length !== SELECTOR + known.words * WORD) return undefined
  const words = Array.from({ length: known.words }, (_, place) => wordAt(data, place))
  return known.decode(words, caller, asset, (word) => addressIn(word, addressForm))
}

function transfer(
  from: string | undefined,
  to: string | undefined,
  amount: string | undefined,
  asset: Asset,
): IntentAction | undefined {
  if (from === undefined || to === undefined || amount === undefined) return undefined
  return { type: 'transfer', from: [from], to, asset, amount: BigInt(`0x${amount}`), change: false }
}

function approval(
  owner: string,
  spender: string | undefined,
  amountWord: string | undefined,
  asset: Asset,
): IntentAction | undefined {
  if (spender === undefined || amountWord === undefined) return undefined
  const amount = BigInt(`0x${amountWord}`)
  return { type: 'allowance', owner, spender, asset, amount, unlimited: amount >= UNLIMITED }
}

function addressIn(word: string | undefined, form: AddressForm): string | undefined {
  const digits = /^0{24}([0-9a-f]{40})$/.exec(word ?? '')?.[1]
  return digits === undefined ? undefined : form(`0x${digits}`)
}

const wordAt = (data: string, place: number): string =>
  data.slice(SELECTOR + place * WORD, SELECTOR + (place + 1) * WORD)
