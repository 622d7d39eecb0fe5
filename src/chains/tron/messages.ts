/*
 * TRON's messages as far as they can be signed here. Numbers and names are those of the protocol's definition, https://github.com/tronprotocol/protocol.
 * A type or field that is not in these tables is refused: what cannot be shown to an approver is not signed.
 */

/** `sun`: millionths of TRX. `text`: bytes that are meant to be read. `opaque`: a part that only describes, kept as it is and not looked into. */
export type ScalarKind = 'address' | 'number' | 'sun' | 'flag' | 'bytes' | 'text' | 'string' | 'opaque'

export interface FieldSpec {
  readonly name: string
  readonly kind: ScalarKind | { readonly values: readonly string[] } | { readonly message: MessageSpec }
  readonly repeated?: boolean
  /** A transaction without it means nothing. */
  readonly required?: boolean
}

/** Fields by number. */
export type MessageSpec = Readonly<Record<number, FieldSpec>>

const field = (name: string, kind: FieldSpec['kind']): FieldSpec => ({ name, kind })
const required = (name: string, kind: FieldSpec['kind']): FieldSpec => ({ name, kind, required: true })

const owner = required('owner_address', 'address')
const resource = field('resource', { values: ['BANDWIDTH', 'ENERGY', 'TRON_POWER'] })
const receiver = field('receiver_address', 'address')

const vote: MessageSpec = { 1: required('vote_address', 'address'), 2: required('vote_count', 'number') }
const frozenSupply: MessageSpec = { 1: field('frozen_amount', 'number'), 2: field('frozen_days', 'number') }

const smartContract: MessageSpec = {
  1: required('origin_address', 'address'),
  3: field('abi', 'opaque'),
  4: required('bytecode', 'bytes'),
  5: field('call_value', 'sun'),
  6: field('consume_user_resource_percent', 'number'),
  7: field('name', 'string'),
  8: field('origin_energy_limit', 'number'),
}

const assetIssue: MessageSpec = {
  1: owner,
  2: required('name', 'text'),
  3: field('abbr', 'text'),
  4: required('total_supply', 'number'),
  5: { name: 'frozen_supply', kind: { message: frozenSupply }, repeated: true },
  6: field('trx_num', 'number'),
  7: field('precision', 'number'),
  8: field('num', 'number'),
  9: field('start_time', 'number'),
  10: field('end_time', 'number'),
  16: field('vote_score', 'number'),
  20: field('description', 'text'),
  21: field('url', 'text'),
  22: field('free_asset_net_limit', 'number'),
  23: field('public_free_asset_net_limit', 'number'),
}

/** Types of contract by number: what a transaction does. */
export const CONTRACTS: Readonly<Record<number, { readonly name: string; readonly spec: MessageSpec }>> = {
  0: {
    name: 'AccountCreateContract',
    spec: {
      1: owner,
      2: required('account_address', 'address'),
      3: field('type', { values: ['Normal', 'AssetIssue', 'Contract'] }),
    },
  },
  1: {
    name: 'TransferContract',
    spec: { 1: owner, 2: required('to_address', 'address'), 3: required('amount', 'sun') },
  },
  2: {
    name: 'TransferAssetContract',
    spec: {
      1: required('asset_name', 'text'),
      2: owner,
      3: required('to_address', 'address'),
      4: required('amount', 'number'),
    },
  },
  4: {
    name: 'VoteWitnessContract',
    spec: {
      1: owner,
      2: { name: 'votes', kind: { message: vote }, repeated: true, required: true },
      3: field('support', 'flag'),
    },
  },
  6: { name: 'AssetIssueContract', spec: assetIssue },
  11: {
    name: 'FreezeBalanceContract',
    spec: {
      1: owner,
      2: required('frozen_balance', 'sun'),
      3: field('frozen_duration', 'number'),
      10: resource,
      15: receiver,
    },
  },
  12: { name: 'UnfreezeBalanceContract', spec: { 1: owner, 10: resource, 15: receiver } },
  13: { name: 'WithdrawBalanceContract', spec: { 1: owner } },
  30: {
    name: 'CreateSmartContract',
    spec: {
      1: owner,
      2: { name: 'new_contract', kind: { message: smartContract }, required: true },
      3: field('call_token_value', 'number'),
      4: field('token_id', 'number'),
    },
  },
  31: {
    name: 'TriggerSmartContract',
    spec: {
      1: owner,
      2: required('contract_address', 'address'),
      3: field('call_value', 'sun'),
      4: field('data', 'bytes'),
      5: field('call_token_value', 'number'),
      6: field('token_id', 'number'),
    },
  },
  54: {
    name: 'FreezeBalanceV2Contract',
    spec: { 1: owner, 2: required('frozen_balance', 'sun'), 3: resource },
  },
  55: {
    name: 'UnfreezeBalanceV2Contract',
    spec: { 1: owner, 2: required('unfreeze_balance', 'sun'), 3: resource },
  },
  56: { name: 'WithdrawExpireUnfreezeContract', spec: { 1: owner } },
  57: {
    name: 'DelegateResourceContract',
    spec: {
      1: owner,
      2: resource,
      3: required('balance', 'sun'),
      4: required('receiver_address', 'address'),
      5: field('lock', 'flag'),
      6: field('lock_period', 'number'),
    },
  },
  58: {
    name: 'UnDelegateResourceContract',
    spec: { 1: owner, 2: resource, 3: required('balance', 'sun'), 4: required('receiver_address', 'address') },
  },
  59: { name: 'CancelAllUnfreezeV2Contract', spec: { 1: owner } },
}

const any: MessageSpec = { 1: required('type_url', 'string'), 2: required('value', 'bytes') }

/** What may be signed with: `Permission_id` names another than the owner's permission and is read only to be refused. */
export const CONTRACT: MessageSpec = {
  1: field('type', 'number'),
  2: { name: 'parameter', kind: { message: any }, required: true },
  5: field('Permission_id', 'number'),
}

export const RAW_DATA: MessageSpec = {
  1: required('ref_block_bytes', 'bytes'),
  4: required('ref_block_hash', 'bytes'),
  8: required('expiration', 'number'),
  10: field('data', 'bytes'),
  11: { name: 'contract', kind: { message: CONTRACT }, repeated: true, required: true },
  14: field('timestamp', 'number'),
  18: field('fee_limit', 'sun'),
}
