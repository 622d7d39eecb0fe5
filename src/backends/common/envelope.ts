import { createHash, randomBytes } from 'node:crypto'
import { isUtf8 } from 'node:buffer'
import { z } from 'zod'
import { KeywardError } from '../../core/errors.js'
import { chainCodeSchema, signatureIdSchema } from '../../core/ids.js'
import type { SignatureId } from '../../core/ids.js'
import { canonicalJson } from '../../core/json.js'
import type { JsonObject } from '../../core/json.js'
import { Secret } from '../../core/secret.js'
import { WALLET_KINDS, wipeMaterial } from '../../core/wallet.js'
import type { ManagedWallet, WalletDescriptor } from '../../core/wallet.js'

/*
 * What is kept under a wallet's name in a product that is not ours: one JSON object, the same in every product, described in docs/backends/README.md. The signatureId
 * inside proves that the value belongs to the name, `check` that nobody has edited it by hand, and `nonce` tells our own attempt to create a wallet from that of
 * another creator of the same id. Products take and give text, so copies of it pass through JavaScript strings, which cannot be wiped: docs/security-model.md.
 */
const VERSION = 1

const envelopeSchema = z.strictObject({
  v: z.literal(VERSION),
  id: signatureIdSchema,
  chain: chainCodeSchema,
  network: z.enum(['mainnet', 'testnet']),
  kind: z.enum(WALLET_KINDS),
  xpub: z.string().optional(),
  address: z.string().optional(),
  createdAt: z.string().optional(),
  mnemonic: z.string().optional(),
  privateKey: z.string().optional(),
  secret: z.string().optional(),
  extra: z.string().optional(),
  nonce: z.string().regex(/^[0-9a-f]{32}$/),
  check: z.string().regex(/^[0-9a-f]{64}$/),
})

/**
 * @returns the wallet as it is kept, under a fresh nonce. The caller wipes it.
 * @throws KeywardError WALLET_UNSUITABLE for a wallet that could never sign, or that does not fit into `maxBytes`.
 */
export function sealEnvelope(wallet: ManagedWallet, maxBytes: number): Secret {
  const { descriptor, material, extra } = wallet
  const { signatureId, ...facts } = descriptor
  if (material[descriptor.kind] === undefined) {
    throw unsuitable(signatureId, `has no ${descriptor.kind}, so it could never sign`)
  }
  const members: Record<string, string | number> = { v: VERSION, id: signatureId, ...facts }
  for (const kind of WALLET_KINDS) {
    const part = material[kind]
    if (part) members[kind] = textOf(part, signatureId)
  }
  if (extra) members['extra'] = textOf(extra, signatureId)
  members['nonce'] = randomBytes(16).toString('hex')
  const value = Secret.fromText(canonicalJson({ ...members, check: checkOf(members) }))
  if (value.byteLength <= maxBytes) return value
  value.wipe()
  throw unsuitable(signatureId, `takes more than the ${maxBytes} bytes that one entry of this backend may have`)
}

/** @returns the wallet, which the caller wipes. The value stays the caller's. @throws KeywardError WALLET_CORRUPT */
export function openEnvelope(signatureId: SignatureId, value: Secret): ManagedWallet {
  const parsed = envelopeSchema.safeParse(parseJson(value))
  if (!parsed.success) throw corrupt(signatureId, 'it is no wallet of a format that this version knows')
  const { v, id, mnemonic, privateKey, secret, extra, nonce, check, ...facts } = parsed.data
  if (id !== signatureId) throw corrupt(signatureId, `it belongs to wallet ${id}`)
  const texts = { mnemonic, privateKey, secret }
  if (check !== checkOf(present({ v, id, ...facts, ...texts, extra, nonce }))) {
    throw corrupt(signatureId, 'it was changed after it was written')
  }
  if (texts[facts.kind] === undefined) throw corrupt(signatureId, `it has no ${facts.kind}`)
  const material: Partial<Record<keyof typeof texts, Secret>> = {}
  for (const kind of WALLET_KINDS) {
    const text = texts[kind]
    if (text !== undefined) material[kind] = Secret.fromText(text)
  }
  const descriptor = { signatureId: id, ...withoutUndefined(facts) }
  try {
    return { descriptor, material, ...(extra === undefined ? {} : { extra: Secret.fromText(extra) }) }
  } catch (thrown) {
    wipeMaterial(material)
    throw thrown
  }
}

function withoutUndefined({
  xpub,
  address,
  createdAt,
  ...facts
}: Pick<z.output<typeof envelopeSchema>, 'chain' | 'network' | 'kind' | 'xpub' | 'address' | 'createdAt'>): Omit<
  WalletDescriptor,
  'signatureId'
> {
  return {
    ...facts,
    ...(xpub === undefined ? {} : { xpub }),
    ...(address === undefined ? {} : { address }),
    ...(createdAt === undefined ? {} : { createdAt }),
  }
}

const present = (members: Readonly<Record<string, string | number | undefined>>): JsonObject =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))

const checkOf = (members: JsonObject): string => createHash('sha256').update(canonicalJson(members)).digest('hex')

function parseJson(value: Secret): unknown {
  try {
    return JSON.parse(value.text())
  } catch {
    return undefined // The parser's message would quote the value.
  }
}

/** Products keep text. A secret that is no UTF-8 would come back changed. */
function textOf(secret: Secret, signatureId: SignatureId): string {
  if (secret.use((bytes) => isUtf8(bytes))) return secret.text()
  throw unsuitable(signatureId, 'has a secret that is no text, which only the file backend keeps')
}

const unsuitable = (signatureId: SignatureId, why: string): KeywardError =>
  new KeywardError('WALLET_UNSUITABLE', `wallet ${signatureId} ${why}`, {
    advice: 'Nothing was stored.',
    context: { signatureId },
  })

const corrupt = (signatureId: SignatureId, why: string): KeywardError =>
  new KeywardError('WALLET_CORRUPT', `the entry of wallet ${signatureId} cannot be used: ${why}`, {
    advice: 'Look in the backend for entries that were edited, copied or swapped, and bring the right version back.',
    context: { signatureId },
  })
