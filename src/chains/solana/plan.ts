import { z } from 'zod'
import { KeywardError } from '../../core/errors.js'
import { planBodyReader } from '../../core/signing-plan.js'
import type { SigningPlan } from '../../core/signing-plan.js'
import { fromBase58, PUBLIC_KEY_BYTES, SIGNATURE_BYTES } from './address.js'
import { parseMessage } from './message.js'
import type { Message } from './message.js'

const address = z.string().refine((text) => fromBase58(text, PUBLIC_KEY_BYTES) !== undefined)

/** Body of a Solana plan. Unknown members are refused, not ignored. */
const bodySchema = z.strictObject({
  /** The message to sign, its block hash filled in: lower-case hexadecimal. */
  message: z.string().regex(/^(?:[0-9a-f]{2})+$/),
  /** The block hash serves up to this height, and no further: decimal text. */
  lastValidBlockHeight: z.string().regex(/^\d{1,20}$/),
  /** Signatures of keys that no wallet holds and that came with the request, by address. They are public; their secrets are kept nowhere. */
  cosignatures: z.record(
    address,
    z.string().refine((text) => fromBase58(text, SIGNATURE_BYTES) !== undefined),
  ),
  /** What the network says about token accounts whose token the message does not name. A claim: `decode` believes it only when the address proves it. */
  tokenAccounts: z.record(address, z.strictObject({ owner: address, mint: address })),
})

/** What is stored in the plan. */
export type SolanaPlanBody = z.output<typeof bodySchema>

/** A transaction with every input fixed. */
export interface SolanaTransaction {
  readonly bytes: Buffer
  readonly message: Message
  readonly body: SolanaPlanBody
}

const readBody = planBodyReader(bodySchema)

/** @throws KeywardError TRANSACTION_MALFORMED when the plan is not one that this version writes. */
export function transactionOf(plan: SigningPlan): SolanaTransaction {
  const body = readBody(plan)
  const bytes = Buffer.from(body.message, 'hex')
  const message = parseMessage(bytes)
  const signing = new Set([...plan.signers.map((signer) => signer.address), ...Object.keys(body.cosignatures)])
  const complete = signing.size === message.required.length && message.required.every((key) => signing.has(key))
  if (complete) return { bytes, message, body }
  throw new KeywardError(
    'TRANSACTION_MALFORMED',
    'the signing plan does not name exactly the keys that its message requires',
  )
}
