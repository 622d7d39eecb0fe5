import { KeywardError, remoteText } from '../../core/errors.js'
import { sha256 } from '../common/hashes.js'
import { readMessage } from './message.js'
import type { Message } from './message.js'
import { CONTRACTS, RAW_DATA } from './messages.js'
import type { MessageSpec } from './messages.js'
import { malformed } from './protobuf.js'

const TYPE_URL = 'type.googleapis.com/protocol.'

/** What the bytes say that are hashed and signed; nothing in here comes from the JSON beside them. */
export interface TronTransaction {
  /** SHA-256 of the bytes: what is signed, and the transaction's id. */
  readonly hash: Buffer
  readonly bytes: number
  /** All of `raw_data`. */
  readonly rawData: Message
  /** The one thing that the transaction does, e.g. `TransferContract`. */
  readonly type: string
  readonly spec: MessageSpec
  readonly contract: Message
  /** The account that acts, in Base58Check. */
  readonly owner: string
  /** Milliseconds since the epoch: no block from then on takes the transaction. */
  readonly expirationMs: number
  /** The most that may be burnt for energy, in sun. */
  readonly feeLimit: bigint
  /** A note to the recipient, hexadecimal. */
  readonly data?: string
}

/**
 * Reads `raw_data`: one contract, signed with the owner's permission.
 * @throws KeywardError TRANSACTION_MALFORMED, TRANSACTION_UNSUPPORTED
 */
export function readTransaction(raw: Buffer): TronTransaction {
  const rawData = readMessage(RAW_DATA, raw)
  const [outer, ...more] = rawData.messages('contract')
  if (outer === undefined) throw malformed('it has no contract')
  if (more.length > 0) {
    throw new KeywardError('TRANSACTION_UNSUPPORTED', 'the transaction has more than one contract', {
      advice: 'The network takes one contract in a transaction. Request one transaction for each.',
    })
  }
  if (outer.has('Permission_id')) {
    throw new KeywardError('TRANSACTION_UNSUPPORTED', 'the transaction names a permission other than the owner’s', {
      advice: 'Transactions with Permission_id need the signatures of several accounts, which is not supported.',
    })
  }
  const { type, spec, contract } = readContract(outer)
  const owner = contract.text('owner_address')
  if (owner === undefined) throw malformed('it has no owner')
  const data = rawData.text('data')
  return {
    hash: sha256(raw),
    bytes: raw.length,
    rawData,
    type,
    spec,
    contract,
    owner,
    expirationMs: Number(rawData.number('expiration')),
    feeLimit: rawData.number('fee_limit'),
    ...(data === undefined ? {} : { data }),
  }
}

function readContract(outer: Message): Pick<TronTransaction, 'type' | 'spec' | 'contract'> {
  const number = Number(outer.number('type'))
  const [parameter] = outer.messages('parameter')
  const url = parameter?.text('type_url') ?? ''
  const known = CONTRACTS[number]
  if (known === undefined) {
    const name = url.startsWith(TYPE_URL) ? url.slice(TYPE_URL.length) : `type ${number}`
    throw new KeywardError('TRANSACTION_UNSUPPORTED', `contracts of ${remoteText(name)} are not supported`)
  }
  if (url !== TYPE_URL + known.name) throw malformed('its contract has two types')
  const contract = readMessage(known.spec, Buffer.from(parameter?.text('value') ?? '', 'hex'))
  return { type: known.name, spec: known.spec, contract }
}
