import { createHash } from 'node:crypto'
import { z } from 'zod'
import { KeywardError, remoteText } from './errors.js'
import { chainCodeSchema, digestSchema, pendingIdSchema, signatureIdSchema } from './ids.js'
import type { Digest } from './ids.js'
import { canonicalJson } from './json.js'

/** A derivation index: a non-hardened BIP-32 child. */
export const MAX_INDEX = 0x7fffffff

/** `null`, `""` and absent all mean "not given" in what the API sends: such members are dropped before an object is read. */
const object = <T extends z.ZodRawShape>(shape: T) =>
  z.preprocess((value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
    return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== null && member !== ''))
  }, z.object(shape))

const indexSchema = z.number().int().min(0).max(MAX_INDEX)

/** One spent output (or, with `vIn` "-1", the change) of an off-chain withdrawal. Amounts are whole coins as JSON numbers and are not used. */
const withdrawalResponseSchema = object({
  vIn: z.string(),
  /** -1 in the entry that stands for the change. */
  vInIndex: z.number().int().min(-1).optional(),
  address: object({
    address: z.string().optional(),
    derivationKey: indexSchema.optional(),
    xpub: z.string().optional(),
  }).optional(),
})

export const pendingTransactionSchema = object({
  id: pendingIdSchema,
  chain: chainCodeSchema,
  serializedTransaction: z.string().min(1).max(2_000_000),
  hashes: z.preprocess((value) => value ?? [], z.array(signatureIdSchema).max(10_000)),
  signatures: z.preprocess(
    (value) => value ?? [],
    z.array(object({ id: signatureIdSchema, index: indexSchema.optional() })).max(10_000),
  ),
  index: indexSchema.optional(),
  withdrawalId: z
    .string()
    .regex(/^[0-9a-fA-F]{24}$/)
    .optional(),
  withdrawalResponses: z.array(withdrawalResponseSchema).max(10_000).optional(),
  txId: z.string().max(200).optional(),
})

/** What the Tatum API hands over for signing, parsed. Source: spec of POST /v3/kms/pending/{chain}. */
export type PendingTransaction = z.output<typeof pendingTransactionSchema>

/**
 * @throws KeywardError TRANSACTION_MALFORMED naming the fields that are wrong (never their values).
 */
export function parsePendingTransaction(item: unknown): PendingTransaction {
  const parsed = pendingTransactionSchema.safeParse(item)
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues.slice(0, 5).map((issue) => `${issue.path.join('.') || 'item'}: ${issue.message}`)
  throw new KeywardError(
    'TRANSACTION_MALFORMED',
    `the pending transaction is malformed: ${remoteText(problems.join('; '))}`,
  )
}

const namedSchema = z.object({ id: pendingIdSchema })

/** The id of a listed item, if it has a usable one: so that a malformed item can still be reported. */
export function pendingIdOf(item: unknown): PendingTransaction['id'] | undefined {
  const parsed = namedSchema.safeParse(item)
  return parsed.success ? parsed.data.id : undefined
}

const digests = new WeakMap<PendingTransaction, Digest>()

/**
 * Digest of everything in the request that can change what is signed. A request that changes under the same id gets another one. Computed once for each
 * parsed request, which nobody changes.
 */
export function requestDigest(pending: PendingTransaction): Digest {
  const known = digests.get(pending) ?? computeDigest(pending)
  digests.set(pending, known)
  return known
}

function computeDigest(pending: PendingTransaction): Digest {
  const content = {
    chain: pending.chain,
    serializedTransaction: pending.serializedTransaction,
    hashes: pending.hashes,
    signatures: pending.signatures,
    index: pending.index,
    withdrawalId: pending.withdrawalId,
    withdrawalResponses: pending.withdrawalResponses,
  }
  return digestSchema.parse(createHash('sha256').update(canonicalJson(content)).digest('hex'))
}
