import { createChainRegistry } from '../../src/chains/index.js'
import type { Chain, ChainRegistry, KeySource, SigningKey } from '../../src/core/chain.js'
import { KeywardError } from '../../src/core/errors.js'
import { chainCodeSchema, networkOf, signatureIdSchema } from '../../src/core/ids.js'
import type { ChainCode, Network, SignatureId } from '../../src/core/ids.js'
import { Secret } from '../../src/core/secret.js'
import type { Signer } from '../../src/core/signing-plan.js'
import type { ManagedWallet, WalletDescriptor } from '../../src/core/wallet.js'
import { STANDING_ANSWERS } from './beyond-vectors.js'
import { loadSeeds } from './seeds.js'
import type { Exchange, Seed, StoredSecret } from './seeds.js'

/** Chains that share their code, with all that is known to be sent to them. */
export interface Family {
  readonly name: string
  readonly chains: readonly ChainCode[]
  readonly seeds: readonly Seed[]
  /** Texts of the seeds, to take pieces from. */
  readonly texts: readonly string[]
  exchangesOf(seed: Seed): readonly Exchange[]
  load(code: ChainCode): Promise<Chain>
}

/** The families of the registry, in its order. @throws Error when a family has no golden case to start from: nothing would be tried. */
export function loadFamilies(registry: ChainRegistry = createChainRegistry(), seeds = loadSeeds()): readonly Family[] {
  const names = [...new Set(registry.definitions.map(({ family }) => family))]
  return names.map((name) => {
    const chains = registry.definitions.filter(({ family }) => family === name).map(({ code }) => code)
    const own = seeds.filter(({ chain }) => chains.some((code) => code === chain))
    if (own.length === 0) {
      throw new Error(
        `the fuzz has no seed for the family "${name}": add test/vectors/<chain>.json for one of ${chains.join(', ')}`,
      )
    }
    return {
      name,
      chains,
      seeds: own,
      texts: own.map(({ text }) => text),
      exchangesOf: (seed) => [
        ...seed.exchanges,
        ...own.flatMap(({ chain, exchanges }) => (chain === seed.chain ? exchanges : [])),
        ...(STANDING_ANSWERS.get(name) ?? []),
      ],
      load: (code) => registry.load(code),
    }
  })
}

/** The wallets of one golden case as the keyring holds them. */
export class Wallets {
  readonly descriptors = new Map<SignatureId, WalletDescriptor>()
  readonly #sources = new Map<SignatureId, KeySource>()
  readonly #keys = new Map<string, SigningKey>()

  /** @param id whose wallet it is where the file does not say: of the wallet that is named first. */
  constructor(chain: Chain, network: Network, seed: Seed, id: SignatureId) {
    for (const [named, secret] of seed.wallets) {
      const wallet = imported(chain, network, named === '' ? id : signatureIdSchema.parse(named), secret)
      if (wallet === undefined) continue
      this.descriptors.set(wallet.descriptor.signatureId, { ...wallet.descriptor, ...chain.keys.describe(wallet) })
      this.#sources.set(wallet.descriptor.signatureId, chain.keys.open(wallet))
    }
  }

  /** Keys are opened once: what is tried here is not the derivation. @throws KeywardError WALLET_NOT_FOUND, INDEX_INVALID */
  key({ signatureId, index }: Pick<Signer, 'signatureId' | 'index'>): SigningKey {
    const name = `${signatureId}/${index ?? ''}`
    const known = this.#keys.get(name)
    if (known !== undefined) return known
    const source = this.#sources.get(signatureId)
    if (source === undefined) throw new KeywardError('WALLET_NOT_FOUND', 'there is no such wallet')
    const key = source.key(index)
    if (this.#keys.size < 100) this.#keys.set(name, key)
    return key
  }
}

/** `undefined` for a wallet of another chain or network, which some cases bring on purpose. */
function imported(...wallet: Parameters<typeof managed>): ManagedWallet | undefined {
  try {
    return managed(...wallet)
  } catch (error) {
    if (error instanceof KeywardError && error.code === 'KEY_INVALID') return undefined
    throw error
  }
}

function managed(
  chain: Chain,
  network: Network,
  signatureId: SignatureId,
  { kind, text }: StoredSecret,
): ManagedWallet {
  const secret = Secret.fromText(text)
  const draft =
    kind === 'mnemonic' ? chain.keys.fromMnemonic(secret, network) : chain.keys.fromPrivateKey(secret, network)
  const { xpub, address } = draft
  return {
    descriptor: {
      signatureId,
      chain: chain.definition.code,
      network,
      kind,
      ...(xpub === undefined ? {} : { xpub }),
      ...(address === undefined ? {} : { address }),
    },
    material: { [kind]: secret },
  }
}

export const networkOfSeed = (seed: Seed): Network => networkOf(seed.testnet)
export const codeOfSeed = (seed: Seed): ChainCode => chainCodeSchema.parse(seed.chain)
