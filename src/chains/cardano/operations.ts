import { z } from 'zod'
import { KeywardError, remoteText } from '../../core/errors.js'
import type { Network } from '../../core/ids.js'
import type { JsonValue } from '../../core/json.js'
import { parseStrictJson } from '../common/strict-json.js'
import { addressBytes } from './address.js'
import { addTokens } from './tokens.js'
import type { Tokens } from './tokens.js'

/*
 * A pending transaction is a list of Rosetta operations: inputs with negative amounts, outputs with positive ones, change among them.
 * https://github.com/cardano-foundation/cardano-rosetta-java. Members that are not known here are handed on to the API and decide nothing: what is signed is compared with
 * what is known, and must hold nothing else.
 */

export interface Input {
  /** Of the output that is spent. */
  readonly txId: string
  readonly index: number
  readonly address: string
  readonly lovelace: bigint
  readonly tokens: Tokens
}

export interface Output {
  readonly address: string
  readonly lovelace: bigint
  readonly tokens: Tokens
}

export interface Operations {
  /** As they came, for the API. */
  readonly json: readonly JsonValue[]
  readonly inputs: readonly Input[]
  readonly outputs: readonly Output[]
}

const MAX_LENGTH = 500_000
/** A transaction has at most 16,384 bytes, and an input or output at least 30 of them. */
const MAX_OPERATIONS = 600
const MAX_AMOUNT = (1n << 64n) - 1n
const ADA = { symbol: 'ADA', decimals: 6 } as const

const amountText = z.string().regex(/^-?\d{1,20}$/, 'not a whole number')
const tokenBundle = z
  .array(
    z.object({
      policyId: z.string().regex(/^[0-9a-f]{56}$/, 'not the id of a policy'),
      tokens: z.array(
        z.object({
          value: amountText,
          /** Name of the asset in hexadecimal; `\x` stands for the empty one. */
          currency: z.object({
            symbol: z.string().regex(/^(?:\\x|(?:[0-9a-f]{2}){0,32})$/, 'not the name of an asset'),
          }),
        }),
      ),
    }),
  )
  .optional()
const common = {
  account: z.object({ address: z.string().min(1).max(300) }),
  amount: z.object({
    value: amountText,
    currency: z.object({ symbol: z.literal(ADA.symbol), decimals: z.literal(ADA.decimals) }),
  }),
  metadata: z.object({ tokenBundle }).optional(),
}
const operationSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('input'),
    ...common,
    coin_change: z.object({
      coin_identifier: z.object({ identifier: z.string().regex(/^[0-9a-f]{64}:\d{1,5}$/, 'not an output') }),
    }),
  }),
  z.object({ type: z.literal('output'), ...common }),
])
type Operation = z.output<typeof operationSchema>
const listSchema = z.array(z.json()).min(1).max(MAX_OPERATIONS)
const typedSchema = z.object({ type: z.string() })

/** @throws KeywardError TRANSACTION_MALFORMED, TRANSACTION_UNSUPPORTED */
export function readOperations(text: string, network: Network): Operations {
  const json = parseStrictJson(text, MAX_LENGTH)
  if (!Array.isArray(json)) {
    throw unsupported('it is no list of Rosetta operations')
  }
  const list = parsed(listSchema, json)
  const inputs: Input[] = []
  const outputs: Output[] = []
  for (const item of list) {
    refuseOtherTypes(item)
    const operation = parsed(operationSchema, item)
    if (operation.type === 'output') outputs.push(transferOf(operation, network, 1n))
    else {
      const [txId = '', index = ''] = operation.coin_change.coin_identifier.identifier.split(':')
      inputs.push({ txId, index: Number.parseInt(index, 10), ...transferOf(operation, network, -1n) })
    }
  }
  if (inputs.length === 0 || outputs.length === 0) throw malformed('it needs an input and an output')
  const spent = new Set(inputs.map(({ txId, index }) => `${txId}:${index}`))
  if (spent.size !== inputs.length) throw malformed('it spends one output twice')
  return { json: list, inputs, outputs }
}

/** Stakes, rewards, pools, votes: nobody here has the keys for them, and the reference failed on them. */
function refuseOtherTypes(item: unknown): void {
  const { data } = typedSchema.safeParse(item)
  if (data === undefined || ['input', 'output'].includes(data.type)) return
  throw unsupported(`"${remoteText(data.type).slice(0, 40)}" is not an operation that is signed here`)
}

/** @param sign of the amounts of such an operation. */
function transferOf({ account, amount, metadata }: Operation, network: Network, sign: bigint): Output {
  if (addressBytes(account.address, network) === undefined) {
    throw malformed(`"${remoteText(account.address).slice(0, 120)}" is not an address of Cardano ${network}`)
  }
  const lovelace = sign * BigInt(amount.value)
  if (lovelace <= 0n || lovelace > MAX_AMOUNT) throw malformed('an amount is zero, too large, or has the wrong sign')
  const tokens: Tokens = new Map()
  for (const { policyId, tokens: bundled } of metadata?.tokenBundle ?? []) {
    for (const { value, currency } of bundled) {
      // Services write the tokens of an input with a minus or without; it is an input either way.
      const magnitude = sign < 0n ? BigInt(value.replace('-', '')) : BigInt(value)
      if (magnitude <= 0n || magnitude > MAX_AMOUNT)
        throw malformed('an amount of a token is zero, too large, or has the wrong sign')
      addTokens(tokens, new Map([[`${policyId}${currency.symbol.replace('\\x', '')}`, magnitude]]))
    }
  }
  return { address: account.address, lovelace, tokens }
}

function parsed<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const problems = result.error.issues
    .slice(0, 3)
    .map(({ path, message }) => `${path.map(String).join('.')}: ${message}`)
  throw malformed(remoteText(problems.join('; ')))
}

const malformed = (what: string): KeywardError =>
  new KeywardError('TRANSACTION_MALFORMED', `serializedTransaction cannot be read: ${what}`)

const unsupported = (what: string): KeywardError =>
  new KeywardError('TRANSACTION_UNSUPPORTED', `the transaction cannot be signed: ${what}`)
