import type { TransactionRequest } from '../../core/chain.js'
import { KeywardError } from '../../core/errors.js'
import type { Network } from '../../core/ids.js'
import type { PendingTransaction } from '../../core/pending-transaction.js'
import { parseLosslessObject } from '../common/lossless-json.js'
import { firstSigner } from '../common/single-signer.js'
import type { VechainDefinition } from './definition.js'
import { Fields } from './fields.js'
import { requireGas } from './gas.js'

/** What the requester fixed. Everything that may be absent is looked up or has a default. */
export interface VechainRequest extends TransactionRequest {
  /** Absent: contract creation. */
  readonly to?: string
  readonly value: bigint
  readonly data: string
  readonly gas?: bigint
  /** Checked: it is the network's. */
  readonly chainTag?: number
  /** The first eight bytes of the block that the transaction counts its life from, hexadecimal with 0x. */
  readonly blockRef?: string
  /** Blocks that the transaction lives. */
  readonly expiration: number
  readonly gasPriceCoef: number
  readonly dependsOn?: string
  readonly nonce?: bigint
}

/** Fields that would make another transaction than the one known here: dynamic fees, fees paid by somebody else. */
const UNSUPPORTED = ['type', 'maxFeePerGas', 'maxPriorityFeePerGas', 'delegator', 'delegated', 'reserved']
const MAX_UINT64 = 2n ** 64n - 1n
/** Nodes take no transaction above 64 kB. */
const MAX_LENGTH = 200_000
const DEFAULT_EXPIRATION = 720n

/**
 * Reads the transaction object in `serializedTransaction`: one payment or call. `from`, `gasPrice` and `clauses` are not looked at, as in the reference.
 * @throws KeywardError TRANSACTION_MALFORMED, TRANSACTION_UNSUPPORTED
 */
export function readRequest(
  definition: VechainDefinition,
  pending: PendingTransaction,
  network: Network,
): VechainRequest {
  if (pending.serializedTransaction.length > MAX_LENGTH) {
    throw new KeywardError('TRANSACTION_MALFORMED', 'the serialized transaction is too long')
  }
  const fields = new Fields(parseLosslessObject(pending.serializedTransaction))
  const unsupported = UNSUPPORTED.find((name) => fields.value(name) !== undefined)
  if (unsupported !== undefined) {
    throw new KeywardError('TRANSACTION_UNSUPPORTED', `"${unsupported}" of the transaction is not supported`)
  }
  const chainTag = chainTagOf(definition, network, fields)
  const content = contentOf(fields)
  const gas = fields.number('gas', MAX_UINT64)
  const blockRef = fields.bytes('blockRef', 8)
  const dependsOn = fields.bytes('dependsOn', 32)
  const nonce = fields.number('nonce', MAX_UINT64)
  if (gas) requireGas(content, gas)
  return {
    signers: [firstSigner(pending)],
    ...content,
    ...(gas ? { gas } : {}),
    ...(chainTag === undefined ? {} : { chainTag }),
    ...(blockRef === undefined ? {} : { blockRef }),
    expiration: Number(fields.number('expiration', 0xffff_ffffn) ?? DEFAULT_EXPIRATION),
    gasPriceCoef: Number(fields.number('gasPriceCoef', 0xffn) ?? 0n),
    ...(dependsOn === undefined ? {} : { dependsOn }),
    ...(nonce === undefined ? {} : { nonce }),
  }
}

function contentOf(fields: Fields): Pick<VechainRequest, 'to' | 'value' | 'data'> {
  const to = fields.address('to')
  const value = fields.number('value', 2n ** 256n - 1n) ?? 0n
  const data = fields.bytes('data') ?? '0x'
  if (to === undefined && data === '0x') {
    throw new KeywardError(
      'TRANSACTION_MALFORMED',
      '"to" of the transaction is missing, and so is the code of a contract: its value would be lost',
    )
  }
  return { ...(to === undefined ? {} : { to }), value, data }
}

function chainTagOf({ chainTags, name }: VechainDefinition, network: Network, fields: Fields): number | undefined {
  const tag = fields.number('chainTag', 0xffn)
  if (tag === undefined || tag === BigInt(chainTags[network])) return tag === undefined ? undefined : Number(tag)
  throw new KeywardError('TRANSACTION_UNSUPPORTED', `chain tag ${tag} does not belong to ${name} ${network}`)
}
