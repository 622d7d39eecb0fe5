import type { IntentAction } from '../../core/intent.js'
import { decodeArguments } from './abi-arguments.js'

type AddressForm = (address: string) => string
type Operation = Extract<IntentAction, { type: 'operation' }>

interface Call {
  readonly caller: string
  readonly contract: string
  readonly form: AddressForm
}

type Decoder = (hex: string, call: Call) => Operation | undefined

/** `0x` and the four bytes that name the function. */
const SELECTOR = 10

/**
 * The calls of ERC-721 and ERC-1155 that move tokens or let somebody move them, by selector, but for those that look like a call of ERC-20:
 * https://eips.ethereum.org/EIPS/eip-721 and https://eips.ethereum.org/EIPS/eip-1155
 */
const CALLS: Readonly<Record<string, Decoder>> = {
  // ERC-721 safeTransferFrom(address from, address to, uint256 tokenId)
  '0x42842e0e': (hex, call) => {
    const values = decodeArguments(['address', 'address', 'uint256'], hex)
    return values && transfer(call, values[0], values[1], { 'token id': values[2].toString() })
  },
  // ERC-721 safeTransferFrom(address from, address to, uint256 tokenId, bytes data)
  '0xb88d4fde': (hex, call) => {
    const values = decodeArguments(['address', 'address', 'uint256', 'bytes'], hex)
    return (
      values && transfer(call, values[0], values[1], { 'token id': values[2].toString(), data: dataText(values[3]) })
    )
  },
  // ERC-1155 safeTransferFrom(address from, address to, uint256 id, uint256 value, bytes data)
  '0xf242432a': (hex, call) => {
    const values = decodeArguments(['address', 'address', 'uint256', 'uint256', 'bytes'], hex)
    if (values === undefined) return undefined
    const [from, to, id, amount, data] = values
    return transfer(call, from, to, { 'token id': id.toString(), amount: amount.toString(), data: dataText(data) })
  },
  // ERC-1155 safeBatchTransferFrom(address from, address to, uint256[] ids, uint256[] values, bytes data)
  '0x2eb2c2d6': (hex, call) => {
    const values = decodeArguments(['address', 'address', 'uint256[]', 'uint256[]', 'bytes'], hex)
    if (values === undefined || values[2].length !== values[3].length) return undefined
    const [from, to, ids, amounts, data] = values
    const tokens = ids.map((id, place) => `${amounts[place] ?? 0n} of token id ${id}`).join('; ')
    return transfer(call, from, to, { tokens, data: dataText(data) })
  },
  // Both: setApprovalForAll(address operator, bool approved)
  '0xa22cb465': (hex, call) => {
    const values = decodeArguments(['address', 'bool'], hex)
    if (values === undefined) return undefined
    const [operator, approved] = values
    const may = approved ? 'may move ALL tokens of this contract' : 'may no longer move tokens of this contract'
    return operation(call, 'setApprovalForAll', { operator: call.form(operator), 'from now on': may })
  },
}

/**
 * The ERC-721 or ERC-1155 call in `data`, or `undefined` when it is none or not in the form that compilers write.
 * @param data hexadecimal with 0x, lower case.
 */
export function decodeNftCall(
  data: string,
  caller: string,
  contract: string,
  form: AddressForm,
): Operation | undefined {
  return CALLS[data.slice(0, SELECTOR)]?.(data.slice(SELECTOR), { caller, contract, form })
}

const transfer = (call: Call, from: string, to: string, what: Readonly<Record<string, string>>): Operation =>
  operation(call, 'token transfer', { from: call.form(from), to: call.form(to), ...what })

const operation = ({ caller, contract }: Call, name: string, details: Readonly<Record<string, string>>): Operation => ({
  type: 'operation',
  from: caller,
  name,
  details: { contract, ...details },
})

const dataText = (hex: string): string => (hex === '' ? 'none' : `0x${hex}`)
