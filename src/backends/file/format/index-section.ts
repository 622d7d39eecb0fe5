import { z } from 'zod'
import { chainCodeSchema, signatureIdSchema } from '../../../core/ids.js'
import { canonicalJson } from '../../../core/json.js'
import { WALLET_KINDS } from '../../../core/wallet.js'
import { FORMAT_VERSION, parseJson } from './container.js'
import { damaged } from './faults.js'
import type { RecordEntry } from './record.js'
import { seal, unseal } from './seal.js'

const entriesSchema = z.array(
  z.strictObject({
    descriptor: z.strictObject({
      signatureId: signatureIdSchema,
      chain: chainCodeSchema,
      network: z.enum(['mainnet', 'testnet']),
      kind: z.enum(WALLET_KINDS),
      xpub: z.string().exactOptional(),
      address: z.string().exactOptional(),
      createdAt: z.string().exactOptional(),
    }),
    epoch: z.number().int().positive(),
    length: z.number().int().positive(),
  }),
)

const contextOf = (epoch: number): Buffer =>
  Buffer.from(canonicalJson({ epoch, format: FORMAT_VERSION, section: 'index' }))

/** The index is sealed as a whole: xpubs and addresses are no secrets, but they say who owns what. */
export function sealIndex(entries: Iterable<RecordEntry>, epoch: number, indexKey: Buffer): Buffer {
  return seal(indexKey, Buffer.from(JSON.stringify([...entries])), contextOf(epoch))
}

/** @throws KeywardError STORE_DAMAGED */
export function openIndex(section: Buffer, epoch: number, indexKey: Buffer): readonly RecordEntry[] {
  const plaintext = unseal(indexKey, section, contextOf(epoch))
  if (!plaintext) throw damaged('its index is not authentic')
  const parsed = entriesSchema.safeParse(parseJson(plaintext))
  if (!parsed.success) throw damaged('its index cannot be read')
  return parsed.data
}
