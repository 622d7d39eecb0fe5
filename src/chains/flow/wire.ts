import { z } from 'zod'
import { KeywardError } from '../../core/errors.js'
import type { AccountSignature, FlowTransaction, Signatures } from './encoding.js'

/*
 * A transaction as the node takes it, https://developers.flow.com/http-api#tag/Transactions: JSON, with bytes in base64 and numbers as text. This is what the journal keeps.
 */

/** One text for one value: base64 has room for others. */
const base64Bytes = z.base64().refine((text) => Buffer.from(text, 'base64').toString('base64') === text)
const signature = z.strictObject({ address: z.string(), key_index: z.string(), signature: base64Bytes })
const wireSchema = z.strictObject({
  script: base64Bytes,
  arguments: z.array(base64Bytes),
  reference_block_id: z.string(),
  gas_limit: z.string(),
  payer: z.string(),
  proposal_key: z.strictObject({ address: z.string(), key_index: z.string(), sequence_number: z.string() }),
  authorizers: z.array(z.string()),
  payload_signatures: z.array(signature),
  envelope_signatures: z.array(signature),
})

export type WireTransaction = z.output<typeof wireSchema>

const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64')

export function wireTransaction(transaction: FlowTransaction, { payload, envelope }: Signatures): WireTransaction {
  const { script, referenceBlockId, gasLimit, payer, proposer, authorizer } = transaction
  return {
    script: base64(script),
    arguments: transaction.arguments.map(base64),
    reference_block_id: referenceBlockId,
    gas_limit: gasLimit.toString(),
    payer,
    proposal_key: {
      address: proposer.address,
      key_index: proposer.keyIndex.toString(),
      sequence_number: proposer.sequenceNumber.toString(),
    },
    authorizers: [authorizer],
    payload_signatures: payload.map(wireSignature),
    envelope_signatures: envelope.map(wireSignature),
  }
}

const wireSignature = ({ address, keyIndex, signature: bytes }: AccountSignature) => ({
  address,
  key_index: keyIndex.toString(),
  signature: Buffer.from(bytes).toString('base64'),
})

/** @throws KeywardError VERIFICATION_FAILED for anything but the one text that `JSON.stringify` makes of such a transaction */
export function parseWire(raw: string): WireTransaction {
  try {
    const parsed = wireSchema.safeParse(JSON.parse(raw))
    if (parsed.success && JSON.stringify(parsed.data) === raw) return parsed.data
  } catch {
    // Not JSON: the same as another text.
  }
  throw new KeywardError('VERIFICATION_FAILED', 'the signed bytes are not a transaction of Flow', {
    advice: 'Nothing was sent. This is a defect in Keyward or a failing computer: please report it.',
  })
}
