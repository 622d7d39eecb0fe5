import { z } from 'zod'
import { KeywardError } from '../../core/errors.js'
import { planBodyReader } from '../../core/signing-plan.js'
import type { SigningPlan } from '../../core/signing-plan.js'
import type { MsgMap } from './msgpack.js'
import { readMap } from './msgpack-reader.js'

/** Body of an Algorand plan: the bytes that are signed. What an approver sees is decoded from them. */
const bodySchema = z.strictObject({ unsigned: z.string().regex(/^(?:[0-9a-f]{2})+$/) })
export type AlgorandPlanBody = z.input<typeof bodySchema>

const readBody = planBodyReader(bodySchema)

/** The canonical bytes of the transaction. @throws KeywardError TRANSACTION_MALFORMED */
export const unsignedOf = (plan: SigningPlan): Buffer => Buffer.from(readBody(plan).unsigned, 'hex')

/** Their members. @throws KeywardError TRANSACTION_MALFORMED when they are not in canonical form. */
export function membersOf(plan: SigningPlan): MsgMap {
  const members = readMap(unsignedOf(plan))
  if (members !== undefined) return members
  throw new KeywardError('TRANSACTION_MALFORMED', 'the transaction of the signing plan is not in canonical form')
}

/** What is signed and hashed begins with these bytes. */
export const PREFIX = Buffer.from('TX', 'ascii')
