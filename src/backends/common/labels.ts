import { z } from 'zod'
import { chainCodeSchema } from '../../core/ids.js'
import type { SignatureId } from '../../core/ids.js'
import { WALLET_KINDS } from '../../core/wallet.js'
import type { WalletDescriptor } from '../../core/wallet.js'

/**
 * A descriptor as tags, metadata or labels of a product: short names, and values that every product takes (printable ASCII without the characters that tags
 * forbid). Whoever may list can read them, so they hold no secret.
 */
export type WalletLabels = Readonly<Record<string, string>>

/** Marks our own entries, so that a listing can pass over what others keep beside them. */
export const OWNER_LABEL = 'app'
export const OWNER = 'keyward'

const labelsSchema = z.object({
  [OWNER_LABEL]: z.literal(OWNER),
  chain: chainCodeSchema,
  network: z.enum(['mainnet', 'testnet']),
  kind: z.enum(WALLET_KINDS),
  xpub: z.string().min(1).optional(),
  address: z.string().min(1).optional(),
  createdAt: z.string().min(1).optional(),
})

/** Longest value that every product keeps in a tag or label, and the characters that all of them allow. */
const FITTING = /^[A-Za-z0-9 +\-=._:/@]{1,256}$/

/**
 * @returns the labels of a wallet, or only the owner's mark when a value does not fit into any product's labels: the wallet is then described from its value.
 */
export function labelsOf(descriptor: WalletDescriptor): WalletLabels {
  const { signatureId: _, ...facts } = descriptor
  const labels: Record<string, string> = { [OWNER_LABEL]: OWNER }
  for (const [name, value] of Object.entries(facts)) {
    if (!FITTING.test(value) || value.trim() !== value) return { [OWNER_LABEL]: OWNER }
    labels[name] = value
  }
  return labels
}

/** @returns the descriptor, or `undefined` when the labels do not tell everything or are not ours: then the value is read. */
export function descriptorFromLabels(signatureId: SignatureId, labels: WalletLabels): WalletDescriptor | undefined {
  const parsed = labelsSchema.safeParse(labels)
  if (!parsed.success) return undefined
  const { chain, network, kind, xpub, address, createdAt } = parsed.data
  return {
    ...{ signatureId, chain, network, kind },
    ...(xpub === undefined ? {} : { xpub }),
    ...(address === undefined ? {} : { address }),
    ...(createdAt === undefined ? {} : { createdAt }),
  }
}

/** Is this entry of a listing one of ours, or might it be? Entries without labels are ours when their name is. */
export const mayBeOurs = (labels: WalletLabels | undefined): boolean =>
  labels?.[OWNER_LABEL] === undefined || labels[OWNER_LABEL] === OWNER
