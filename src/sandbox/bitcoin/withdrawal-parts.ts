import { coinNumber } from '../amounts.js'
import type { AccountBook, Account } from '../accounts/account-book.js'
import type { WithdrawalPart } from '../accounts/withdrawals.js'
import { forbidden } from '../http/api-error.js'
import { bitcoreJson } from './bitcore-json.js'
import type { Recipient } from './bitcore-json.js'
import type { BitcoinLedger, Output } from './ledger.js'
import { scriptOf } from './scripts.js'

const DECIMALS = 8
/** Child of the xpub that receives change. */
const POOL_INDEX = 0
/** Less change than this is left to the miners: nodes would refuse the output. */
const DUST_SATOSHIS = 546n

interface OwnAddress {
  readonly address: string
  readonly derivationKey: number
}

/** The outputs that a withdrawal spends and the change that is left. */
export interface Coverage {
  readonly inputs: readonly Output[]
  readonly change: bigint
  /** The same as the API's `data`, with the change last under `vIn` "-1". */
  readonly parts: readonly WithdrawalPart[]
}

/**
 * Finds outputs on the addresses under the xpub, oldest addresses first and the pool last, until they cover the debit.
 * @throws ApiError 403 balance.insufficient when the chain holds less than the ledger: somebody spent deposits by an on-chain call.
 */
export function cover(
  debit: bigint,
  account: Account,
  xpub: string,
  book: AccountBook,
  ledger: BitcoinLedger,
): Coverage {
  const inputs: Output[] = []
  const parts: WithdrawalPart[] = []
  let total = 0n
  for (const { address, derivationKey } of addressesUnder(account, xpub, book)) {
    for (const output of ledger.unspent(scriptOf(address) ?? new Uint8Array())) {
      if (total >= debit) break
      total += output.satoshis
      inputs.push(output)
      parts.push({
        address: { address, currency: account.chain.code, derivationKey, xpub },
        amount: coinNumber(output.satoshis, DECIMALS),
        vIn: output.txId,
        vInIndex: output.index,
        scriptPubKey: Buffer.from(output.script).toString('hex'),
      })
    }
  }
  if (total < debit) throw forbidden('balance.insufficient', 'The deposit addresses hold less than the account.')
  const change = total - debit > DUST_SATOSHIS ? total - debit : 0n
  parts.push({ amount: coinNumber(change, DECIMALS), vIn: '-1', vInIndex: -1 })
  return { inputs, change, parts }
}

/** The unsigned transaction of an off-chain withdrawal: recipients, then change to the pool; neither fee nor change script in the JSON. */
export function withdrawalJson(
  { inputs, change }: Coverage,
  payees: readonly { readonly address: string; readonly amount: bigint }[],
  poolAddress: string,
): string {
  const all = change === 0n ? payees : [...payees, { address: poolAddress, amount: change }]
  const outputs = all.map(({ address, amount }): Recipient => {
    const script = scriptOf(address)
    if (script === undefined) throw forbidden('withdrawal.recipient.format', 'A recipient is not a testnet address.')
    return { script, satoshis: amount }
  })
  return bitcoreJson(inputs, outputs)
}

export const poolAddressOf = (account: Account, xpub: string): string => account.chain.deriveAddress(xpub, POOL_INDEX)

function addressesUnder(account: Account, xpub: string, book: AccountBook): readonly OwnAddress[] {
  const handedOut = book
    .addressesUnder(xpub)
    .flatMap(({ address, derivationKey }) => (derivationKey === undefined ? [] : [{ address, derivationKey }]))
  const pool = { address: poolAddressOf(account, xpub), derivationKey: POOL_INDEX }
  return [...handedOut.filter(({ derivationKey }) => derivationKey !== POOL_INDEX), pool]
}
