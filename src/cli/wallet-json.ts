import { z } from 'zod'
import type { ChainDefinition, WalletDraft } from '../core/chain.js'
import type { JsonObject } from '../core/json.js'
import type { ManagedWallet, WalletDescriptor } from '../core/wallet.js'

type Member = ChainDefinition['walletMembers'][number]

/** The order for members that the chain's own order does not name, such as the key of a single-key wallet: that of most chains of the reference tool. */
const OTHER_MEMBERS: readonly Member[] = ['mnemonic', 'xpub', 'address', 'privateKey', 'secret']

/**
 * The members of a fresh wallet in the order in which the reference tool prints them, secrets included: for commands whose purpose is to show them.
 */
export function draftJson(draft: WalletDraft, definition: ChainDefinition): JsonObject {
  const { material, xpub, address } = draft
  return inOrder({ ...texts({ ...material }), xpub, address }, definition.walletMembers)
}

/**
 * A stored wallet as the reference tool's store holds it: its members, `chain`, `testnet`, then what only this program or an older one knows.
 * @param definition absent when this build does not have the wallet's chain.
 */
export function walletJson(wallet: ManagedWallet, definition: ChainDefinition | undefined): JsonObject {
  const { xpub, address, chain, network, createdAt } = wallet.descriptor
  return {
    ...inOrder({ ...texts({ ...wallet.material }), xpub, address }, definition?.walletMembers ?? []),
    chain,
    testnet: network === 'testnet',
    ...(createdAt === undefined ? {} : { createdAt }),
    ...extraMembers(wallet),
  }
}

/** What a wallet is known by: no secret. */
export function descriptorJson(wallet: WalletDescriptor): JsonObject {
  const { signatureId, chain, network, kind, address, xpub, createdAt } = wallet
  return { signatureId, chain, testnet: network === 'testnet', kind, address, xpub, createdAt }
}

const texts = (material: ManagedWallet['material']): Partial<Record<Member, string>> =>
  Object.fromEntries(Object.entries(material).map(([kind, secret]) => [kind, secret.text()]))

function inOrder(members: Readonly<Partial<Record<Member, string | undefined>>>, order: readonly Member[]): JsonObject {
  const names = [...new Set([...order, ...OTHER_MEMBERS])]
  return Object.fromEntries(names.filter((name) => members[name] !== undefined).map((name) => [name, members[name]]))
}

function extraMembers(wallet: ManagedWallet): JsonObject {
  if (wallet.extra === undefined) return {}
  return z.record(z.string(), z.json()).parse(JSON.parse(wallet.extra.text()))
}
