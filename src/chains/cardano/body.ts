import type { CborValue } from './cbor-reader.js'
import { readCbor } from './cbor-reader.js'
import { addTokens } from './tokens.js'
import type { Tokens } from './tokens.js'

/*
 * The body of a transaction, as the ledger's grammar has it:
 * https://github.com/IntersectMBO/cardano-ledger/blob/master/eras/conway/impl/cddl/data/conway.cddl
 */

export interface BodyOutput {
  readonly address: Buffer
  readonly lovelace: bigint
  readonly tokens: Tokens
  /** What it holds beside an address and a value, as the grammar calls it. */
  readonly others: readonly string[]
}

export interface TransactionBody {
  /** `txid:index` of the outputs that are spent, in the order of the bytes. */
  readonly inputs: readonly string[]
  readonly outputs: readonly BodyOutput[]
  readonly fee: bigint
  /** The first slot in which it is void. */
  readonly expirySlot: bigint | undefined
  readonly networkId: bigint | undefined
  /** Members beyond these, as the grammar calls them: certificates, withdrawals, minting and whatever is not known. */
  readonly others: readonly string[]
}

const SET_TAG = 258n
const MEMBER = { inputs: 0n, outputs: 1n, fee: 2n, expiry: 3n, networkId: 15n } as const
const OTHER_MEMBERS: Readonly<Record<string, string>> = {
  '4': 'certificates',
  '5': 'withdrawals',
  '6': 'protocol update',
  '7': 'metadata',
  '8': 'validity start',
  '9': 'minting',
  '11': 'script data',
  '13': 'collateral',
  '14': 'required signers',
  '16': 'collateral return',
  '17': 'total collateral',
  '18': 'reference inputs',
  '19': 'votes',
  '20': 'proposals',
  '21': 'treasury value',
  '22': 'donation',
}
const OUTPUT_MEMBER = { address: 0n, value: 1n } as const

/** Not a body in this grammar. Stays inside this file. */
class NoBody extends Error {}

/** `undefined` for bytes that are no body, or not in the one form of CBOR that is read here. */
export function readBody(bytes: Buffer): TransactionBody | undefined {
  try {
    const members = membersOf(readCbor(bytes))
    const expiry = members.get(MEMBER.expiry)
    const networkId = members.get(MEMBER.networkId)
    return {
      inputs: itemsOf(members.get(MEMBER.inputs)).map(inputOf),
      outputs: itemsOf(members.get(MEMBER.outputs)).map(outputOf),
      fee: amountOf(members.get(MEMBER.fee)),
      expirySlot: expiry && amountOf(expiry),
      networkId: networkId && amountOf(networkId),
      others: namesBeyond(members, Object.values(MEMBER), OTHER_MEMBERS),
    }
  } catch (error) {
    if (error instanceof NoBody) return undefined
    throw error
  }
}

type Members = ReadonlyMap<bigint, CborValue>

function membersOf(value: CborValue | undefined): Members {
  if (value?.type !== 'map') throw new NoBody()
  return new Map(value.entries.map(([name, member]) => [integerOf(name), member]))
}

const namesBeyond = (members: Members, known: readonly bigint[], names: Readonly<Record<string, string>>): string[] =>
  [...members.keys()].filter((name) => !known.includes(name)).map((name) => names[name.toString()] ?? `member ${name}`)

/** A list, or since 2024 a set, which is a list with a tag. */
function itemsOf(value: CborValue | undefined): readonly CborValue[] {
  if (value?.type === 'tag' && value.tag === SET_TAG) return itemsOf(value.content)
  if (value?.type !== 'array') throw new NoBody()
  return value.items
}

function inputOf(value: CborValue): string {
  const [txId, index, ...rest] = itemsOf(value)
  if (txId?.type !== 'bytes' || txId.value.length !== 32 || rest.length > 0) throw new NoBody()
  return `${txId.value.toString('hex')}:${amountOf(index)}`
}

/** An address and a value, as a list, or since 2022 as a map. */
function outputOf(value: CborValue): BodyOutput {
  const members: Members =
    value.type === 'map' ? membersOf(value) : new Map(itemsOf(value).map((item, place) => [BigInt(place), item]))
  const address = members.get(OUTPUT_MEMBER.address)
  if (address?.type !== 'bytes') throw new NoBody()
  const names = { '2': 'a datum', '3': 'a script' }
  return {
    address: address.value,
    ...valueOf(members.get(OUTPUT_MEMBER.value)),
    others: namesBeyond(members, Object.values(OUTPUT_MEMBER), names),
  }
}

/** Lovelace, or lovelace and tokens. */
function valueOf(value: CborValue | undefined): { lovelace: bigint; tokens: Tokens } {
  if (value?.type === 'integer') return { lovelace: amountOf(value), tokens: new Map() }
  const [lovelace, policies, ...rest] = itemsOf(value)
  if (policies?.type !== 'map' || rest.length > 0) throw new NoBody()
  const tokens: Tokens = new Map()
  for (const [policy, assets] of policies.entries) {
    if (assets.type !== 'map') throw new NoBody()
    for (const [name, amount] of assets.entries) {
      addTokens(tokens, new Map([[`${hexOf(policy, 28, 28)}${hexOf(name, 0, 32)}`, amountOf(amount)]]))
    }
  }
  return { lovelace: amountOf(lovelace), tokens }
}

function hexOf(value: CborValue, least: number, most: number): string {
  if (value.type !== 'bytes' || value.value.length < least || value.value.length > most) throw new NoBody()
  return value.value.toString('hex')
}

function integerOf(value: CborValue | undefined): bigint {
  if (value?.type !== 'integer') throw new NoBody()
  return value.value
}

function amountOf(value: CborValue | undefined): bigint {
  const amount = integerOf(value)
  if (amount < 0n) throw new NoBody()
  return amount
}
