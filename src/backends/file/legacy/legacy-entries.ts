import { chainCodeSchema, networkOf, signatureIdSchema } from '../../../core/ids.js'
import type { SignatureId } from '../../../core/ids.js'
import type { StoreProblem } from '../../../core/maintenance.js'
import { Secret } from '../../../core/secret.js'
import { WALLET_KINDS } from '../../../core/wallet.js'
import type { ManagedWallet, WalletKind } from '../../../core/wallet.js'
import { parseJson } from '../format/container.js'
import { wrongPasswordOrDamage } from './salted-container.js'

/** What a Tatum KMS wallet file holds. The caller wipes the wallets. */
export interface LegacyContent {
  readonly wallets: readonly ManagedWallet[]
  /** Entries that no wallet can be made of. */
  readonly faults: readonly StoreProblem[]
  /** Things that were read with an assumption. */
  readonly remarks: readonly StoreProblem[]
}

type Members = Readonly<Record<string, unknown>>

const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * The file's plaintext is one JSON object, signatureId -> entry, which nothing protects against changes: every entry is checked by itself. Members of an
 * entry that this version does not know, or that have another type than they should, are kept as `extra`.
 * @throws KeywardError STORE_WRONG_PASSWORD for a text that is no such object: that is what a wrong password looks like.
 */
export function parseLegacyEntries(plaintext: Buffer): LegacyContent {
  const parsed = parseJson(plaintext)
  if (!isMembers(parsed)) throw wrongPasswordOrDamage()
  const wallets = new Map<SignatureId, ManagedWallet>()
  const faults: StoreProblem[] = []
  const remarks: StoreProblem[] = []
  Object.entries(parsed).forEach(([name, entry], at) => {
    const id = signatureIdSchema.safeParse(name).data
    if (id === undefined) {
      faults.push({ problem: `entry ${at + 1} of the wallet file is not named by a signatureId (a UUID)` })
      return
    }
    const read = wallets.has(id) ? 'is there twice, in upper and in lower case' : readEntry(id, entry)
    if (typeof read === 'string') {
      faults.push({ signatureId: id, problem: `the entry ${read}` })
      return
    }
    wallets.set(id, read.wallet)
    remarks.push(...read.remarks.map((problem) => ({ signatureId: id, problem })))
  })
  return { wallets: [...wallets.values()], faults, remarks }
}

interface ReadEntry {
  readonly wallet: ManagedWallet
  readonly remarks: readonly string[]
}

/** @returns the wallet, or what is wrong with the entry in words that follow "the entry". */
function readEntry(signatureId: SignatureId, entry: unknown): ReadEntry | string {
  if (!isMembers(entry)) return 'is not an object'
  const rest = new Map(Object.entries(entry))
  const take = (name: string): string | undefined => {
    const value = rest.get(name)
    if (typeof value !== 'string' || value === '') return undefined
    rest.delete(name)
    return value
  }
  const remarks: string[] = []

  const chainText = take('chain')
  const chain = chainCodeSchema.safeParse(chainText?.toUpperCase()).data
  if (chain === undefined) return 'names no chain'
  if (chain !== chainText) remarks.push(`its chain was not written in upper case, and is read as ${chain}`)

  const testnet = rest.get('testnet') ?? undefined
  if (testnet !== undefined && typeof testnet !== 'boolean') return 'does not say whether it is for a test network'
  if (testnet === undefined) remarks.push('it does not say whether it is for a test network, and is read as mainnet')
  rest.delete('testnet')

  const secrets = WALLET_KINDS.map((kind) => [kind, take(kind)] as const)
  const kind: WalletKind | undefined = secrets.find(([, text]) => text !== undefined)?.[0]
  if (kind === undefined) return 'holds neither mnemonic nor privateKey nor secret'

  const xpub = take('xpub')
  const address = take('address')
  const wallet: ManagedWallet = {
    descriptor: {
      signatureId,
      chain,
      network: networkOf(testnet === true),
      kind,
      ...(xpub === undefined ? {} : { xpub }),
      ...(address === undefined ? {} : { address }),
    },
    material: Object.fromEntries(
      secrets.flatMap(([name, text]) => (text === undefined ? [] : [[name, Secret.fromText(text)]])),
    ),
    ...(rest.size === 0 ? {} : { extra: Secret.fromText(JSON.stringify(Object.fromEntries(rest))) }),
  }
  return { wallet, remarks }
}
