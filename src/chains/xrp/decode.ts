import type { ChainDefinition } from '../../core/chain.js'
import { KeywardError, remoteText } from '../../core/errors.js'
import type { Intent, IntentAction } from '../../core/intent.js'
import type { SigningPlan } from '../../core/signing-plan.js'
import { amountText, readAmount } from './amounts.js'
import { decodeFields } from './codec.js'
import { COMMON_FIELDS, valueText } from './fields.js'
import type { XrpFields } from './fields.js'
import { flagNames, settingName } from './flags.js'
import { unsignedOf } from './plan.js'

/** What a plan would do. Read from the bytes that are signed, so nothing is approved that is not in them. @throws KeywardError TRANSACTION_MALFORMED */
export function decodePlan(definition: ChainDefinition, plan: SigningPlan): Intent {
  const fields = decodeFields(unsignedOf(plan))
  const explained =
    fields['TransactionType'] === 'Payment' ? payment(definition, fields) : operation(definition, fields)
  return {
    chain: plan.chain,
    network: plan.network,
    actions: [...explained, ...memos(fields)],
    fee: { ...amountOf(definition, fields, 'Fee'), maximum: false },
    undecoded: [],
  }
}

type Amount = NonNullable<ReturnType<typeof readAmount>>

function amountOf({ code }: ChainDefinition, fields: XrpFields, name: string): Amount {
  const amount = readAmount(code, fields[name])
  if (amount !== undefined) return amount
  throw new KeywardError('TRANSACTION_MALFORMED', `"${name}" of the transaction is not an amount`)
}

/**
 * A payment takes from the sender up to SendMax where that is given, else the Amount. The first is what a limit has to be about, so that is the transfer; what
 * the recipient then gets, and anything else but a plain payment, is an operation next to it.
 */
function payment(definition: ChainDefinition, fields: XrpFields): IntentAction[] {
  const spent = amountOf(definition, fields, 'SendMax' in fields ? 'SendMax' : 'Amount')
  const tag = fields['DestinationTag']
  const transfer: IntentAction = {
    type: 'transfer',
    from: [textOf(fields, 'Account')],
    to: textOf(fields, 'Destination'),
    ...spent,
    change: false,
    ...(tag === undefined ? {} : { memo: valueText(tag) }),
  }
  const shown = ['Destination', 'DestinationTag', ...('SendMax' in fields ? ['SendMax'] : ['Amount'])]
  const rest = detailsOf(definition, fields, shown)
  return Object.keys(rest).length === 0 ? [transfer] : [transfer, named(fields, rest)]
}

const operation = (definition: ChainDefinition, fields: XrpFields): IntentAction[] => [
  named(fields, detailsOf(definition, fields, [])),
]

const named = (fields: XrpFields, details: Readonly<Record<string, string>>): IntentAction => ({
  type: 'operation',
  from: textOf(fields, 'Account'),
  name: textOf(fields, 'TransactionType'),
  details,
})

/** Flags that say something, the source tag, and every field that only this type has. */
function detailsOf(definition: ChainDefinition, fields: XrpFields, shown: readonly string[]): Record<string, string> {
  const flags = flagNames(textOf(fields, 'TransactionType'), fields['Flags'])
  const own = Object.keys(fields).filter((name) => !COMMON_FIELDS.includes(name) && !shown.includes(name))
  const details = own.map((name): [string, string] => [name, fieldText(definition, name, fields[name])])
  return {
    ...Object.fromEntries(details),
    ...(fields['SourceTag'] === undefined ? {} : { SourceTag: valueText(fields['SourceTag']) }),
    ...(flags === '' ? {} : { Flags: flags }),
  }
}

/** Fields whose text is a number that is no amount of money. */
const NO_AMOUNT: readonly string[] = ['MaximumAmount']

function fieldText({ code }: ChainDefinition, name: string, value: unknown): string {
  if (name === 'SetFlag' || name === 'ClearFlag') return settingName(value)
  const money =
    /Amount|SendMax|DeliverMin|Taker|Fee$/.test(name) && typeof value !== 'number' && !NO_AMOUNT.includes(name)
  const amount = money ? readAmount(code, value) : undefined
  return amount === undefined ? valueText(value) : amountText(amount)
}

/** Memos are bytes that anybody may read; they move nothing. */
function memos(fields: XrpFields): IntentAction[] {
  const list: unknown = fields['Memos'] ?? []
  const from = textOf(fields, 'Account')
  return (Array.isArray(list) ? list : []).map((entry: unknown) => ({
    type: 'operation',
    from,
    name: 'Memo',
    details: memoDetails(entry),
  }))
}

function memoDetails(entry: unknown): Record<string, string> {
  const memo = isObject(entry) && isObject(entry['Memo']) ? entry['Memo'] : {}
  return Object.fromEntries(Object.entries(memo).map(([name, value]) => [name, readable(valueText(value))]))
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

/** Hexadecimal as the text that it holds, when that is printable text. */
function readable(hex: string): string {
  const bytes = Buffer.from(hex, 'hex')
  const text = bytes.toString('utf8')
  const faithful = Buffer.from(text, 'utf8').equals(bytes) && remoteText(text) === text
  return faithful ? JSON.stringify(text) : `0x${hex}`
}

function textOf(fields: XrpFields, name: string): string {
  const value = fields[name]
  if (typeof value === 'string') return value
  throw new KeywardError('TRANSACTION_MALFORMED', `the transaction has no "${name}"`)
}
