import type { Chain, ChainDefinition, ChainRegistry } from '../core/chain.js'
import { KeywardError, remoteText } from '../core/errors.js'
import type { ChainCode } from '../core/ids.js'
import { definitions as algorandFamily } from './algorand/definition.js'
import { definitions as bitcoinFamily } from './bitcoin/definition.js'
import { definitions as cardanoFamily } from './cardano/definition.js'
import { nearest } from '../core/nearest.js'
import { ENDED_CHAINS } from './ended.js'
import { definitions as evmFamily } from './evm/definitions.js'
import { definitions as flowFamily } from './flow/definition.js'
import { definitions as multiversxFamily } from './multiversx/definition.js'
import { definitions as solanaFamily } from './solana/definition.js'
import { definitions as stellarFamily } from './stellar/definition.js'
import { definitions as xrpFamily } from './xrp/definition.js'
import { definitions as tronFamily } from './tron/definition.js'
import { definitions as vechainFamily } from './vechain/definition.js'

export { parseTransaction as parseBitcoinTransaction } from './bitcoin/verifier/index.js'
export { verifyInputs as verifyBitcoinInputs } from './bitcoin/verifier/index.js'
export type { ParsedTransaction as ParsedBitcoinTransaction, Prevout } from './bitcoin/verifier/index.js'

interface ChainFamily {
  readonly definitions: readonly ChainDefinition[]
  load(code: ChainCode): Promise<Chain>
}

/** One line for each family: plain facts now, code when a chain of the family is first used. */
const FAMILIES: readonly ChainFamily[] = [
  { definitions: bitcoinFamily, load: async (code) => (await import('./bitcoin/index.js')).loadBitcoin(code) },
  { definitions: cardanoFamily, load: async (code) => (await import('./cardano/index.js')).loadCardano(code) },
  { definitions: evmFamily, load: async (code) => (await import('./evm/index.js')).loadEvm(code) },
  { definitions: solanaFamily, load: async (code) => (await import('./solana/index.js')).loadSolana(code) },
  { definitions: stellarFamily, load: async (code) => (await import('./stellar/index.js')).loadStellar(code) },
  { definitions: xrpFamily, load: async (code) => (await import('./xrp/index.js')).loadXrp(code) },
  { definitions: tronFamily, load: async (code) => (await import('./tron/index.js')).loadTron(code) },
  { definitions: algorandFamily, load: async (code) => (await import('./algorand/index.js')).loadAlgorand(code) },
  { definitions: vechainFamily, load: async (code) => (await import('./vechain/index.js')).loadVechain(code) },
  { definitions: multiversxFamily, load: async (code) => (await import('./multiversx/index.js')).loadMultiversx(code) },
  { definitions: flowFamily, load: async (code) => (await import('./flow/index.js')).loadFlow(code) },
]

/** All chains that this version can sign for. */
export function createChainRegistry(): ChainRegistry {
  const definitions = FAMILIES.flatMap((family) => family.definitions)
  const codes = new Map<string, ChainCode>()
  for (const { code, aliases } of definitions) {
    for (const name of [code, ...aliases]) codes.set(name.toLowerCase(), code)
  }
  const loaded = new Map<ChainCode, Promise<Chain>>()

  return {
    definitions,
    resolve(name) {
      const code = codes.get(name.trim().toLowerCase())
      if (code === undefined) throw unknownChain(name, codes)
      return code
    },
    load(code) {
      const known = loaded.get(code)
      if (known !== undefined) return known
      const family = FAMILIES.find((candidate) => candidate.definitions.some((definition) => definition.code === code))
      if (family === undefined) return Promise.reject(unknownChain(code, codes))
      const chain = family.load(code)
      loaded.set(code, chain)
      // A failure to load (a damaged installation being repaired) is not remembered.
      chain.catch(() => loaded.delete(code))
      return chain
    },
  }
}

function unknownChain(name: string, codes: ReadonlyMap<string, ChainCode>): KeywardError {
  const ended = new Map(Object.entries(ENDED_CHAINS)).get(name.trim().toLowerCase())
  if (ended !== undefined) {
    return new KeywardError('CHAIN_UNKNOWN', `${name.trim().toUpperCase()} has ended`, { advice: ended })
  }
  const near = nearest(name.trim(), codes.keys())
  const meant = near === undefined ? '' : `Did you mean ${codes.get(near) ?? near}? `
  return new KeywardError('CHAIN_UNKNOWN', `there is no chain called "${remoteText(name)}"`, {
    advice: `${meant}Known chains: ${[...new Set(codes.values())].join(', ')}.`,
  })
}
