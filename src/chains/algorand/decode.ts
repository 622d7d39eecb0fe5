import type { ChainDefinition } from '../../core/chain.js'
import { KeywardError } from '../../core/errors.js'
import type { Asset, Intent, IntentAction } from '../../core/intent.js'
import type { SigningPlan } from '../../core/signing-plan.js'
import { explainConfiguration } from './decode-configuration.js'
import { WireMembers } from './members.js'
import { membersOf } from './plan.js'
import { readableText } from './readable-text.js'

/** What a plan would do. Read from the bytes that are signed, so nothing is approved that is not in them. @throws KeywardError TRANSACTION_MALFORMED */
export function decodePlan(definition: ChainDefinition, plan: SigningPlan): Intent {
  const members = new WireMembers(membersOf(plan))
  const native: Asset = { chain: definition.code, symbol: definition.code, decimals: definition.decimals }
  const actions = [...explain(native, members), ...explainLease(members)]
  // The genesis was compared with the network when the request was read, and is again when the signed bytes are verified.
  members.skip('type', 'snd', 'fv', 'lv', 'gen', 'gh')
  return {
    chain: plan.chain,
    network: plan.network,
    actions,
    fee: { asset: native, amount: members.uint('fee'), maximum: false },
    undecoded: members.unread().map((name) => `the member "${name}" of the transaction`),
  }
}

function explain(native: Asset, members: WireMembers): IntentAction[] {
  const type = members.text('type')
  switch (type) {
    case 'pay':
      return explainPayment(native, members)
    case 'axfer':
      return explainAssetTransfer(native, members)
    case 'acfg':
    case 'afrz':
      return [...explainConfiguration(type, members), ...unreadableNote(members)]
    default:
      throw new KeywardError('TRANSACTION_MALFORMED', 'the signing plan has a type of transaction that is not known')
  }
}

function explainPayment(asset: Asset, members: WireMembers): IntentAction[] {
  const to = members.address('rcv')
  const amount = members.uint('amt')
  return [
    transfer(members, { asset, to, amount }),
    ...unreadableNote(members),
    ...explainClosing('close', asset, members),
  ]
}

function explainAssetTransfer(native: Asset, members: WireMembers): IntentAction[] {
  const asset: Asset = { chain: native.chain, contract: members.uint('xaid').toString() }
  const sender = members.address('snd')
  const to = members.address('arcv')
  const amount = members.uint('aamt')
  const holder = members.optionalAddress('asnd')
  const closing = explainClosing('aclose', asset, members)
  const isOptIn = amount === 0n && to === sender && holder === undefined && closing.length === 0
  const main: IntentAction = isOptIn
    ? {
        type: 'operation',
        from: sender,
        name: 'AssetOptIn',
        details: { asset: assetText(asset), ...noteDetail(members) },
      }
    : transfer(members, { asset, to, amount, ...(holder === undefined ? {} : { from: holder }) })
  const clawback: IntentAction[] =
    holder === undefined
      ? []
      : [{ type: 'operation', from: sender, name: 'AssetClawback', details: { asset: assetText(asset), holder } }]
  return [main, ...unreadableNote(members), ...clawback, ...closing]
}

interface Payment {
  readonly asset: Asset
  /** Whose coins move, where that is not the sender. */
  readonly from?: string
  readonly to: string
  readonly amount: bigint
}

function transfer(members: WireMembers, { asset, from, to, amount }: Payment): IntentAction {
  const memo = readableText(members.bytes('note'))
  return {
    type: 'transfer',
    from: [from ?? members.address('snd')],
    to,
    asset,
    amount,
    change: false,
    ...(memo === undefined ? {} : { memo }),
  }
}

/** Everything that is left goes to this account: how much that is depends on the moment. */
function explainClosing(name: 'close' | 'aclose', asset: Asset, members: WireMembers): IntentAction[] {
  const to = members.optionalAddress(name)
  if (to === undefined) return []
  const from = members.address('snd')
  return [
    {
      type: 'operation',
      from,
      name: 'CloseRemainder',
      details: { asset: assetText(asset), amount: 'ALL THAT IS LEFT', to },
    },
  ]
}

/** Until the last round the account cannot make another transaction with the same lease. */
function explainLease(members: WireMembers): IntentAction[] {
  const lease = members.bytes('lx')
  if (lease.length === 0) return []
  const details = { lease: Buffer.from(lease).toString('hex'), untilRound: members.uint('lv').toString() }
  return [{ type: 'operation', from: members.address('snd'), name: 'Lease', details }]
}

const assetText = ({ symbol, contract }: Asset): string => symbol ?? `token ${contract ?? ''}`

function noteDetail(members: WireMembers): Readonly<Record<string, string>> {
  const note = readableText(members.bytes('note'))
  return note === undefined ? {} : { note: JSON.stringify(note) }
}

function unreadableNote(members: WireMembers): IntentAction[] {
  const note = members.bytes('note')
  if (note.length === 0 || readableText(note) !== undefined) return []
  return [{ type: 'data', hex: Buffer.from(note).toString('hex') }]
}
