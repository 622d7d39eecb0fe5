import { fromBech32, toBech32 } from 'bitcoinjs-lib/src/address'
import { KeywardError } from '../../core/errors.js'
import type { Network } from '../../core/ids.js'
import { decodeBase58Check, encodeBase58Check } from '../common/base58check.js'
import { hash160 } from '../common/hashes.js'
import type { BitcoinDefinition, BitcoinNetwork } from './definition.js'
import { p2pkhScript, p2shScript, recognise, witnessScript } from './script.js'

const HASH_BYTES = 20

/** The address under which the wallets of this chain receive: that of the key's native script. */
export function addressOfKeyHash(definition: BitcoinDefinition, network: Network, keyHash: Uint8Array): string {
  const facts = definition.networks[network]
  if (definition.addressType === 'p2wpkh' && facts.bech32Prefix !== undefined) {
    return toBech32(keyHash, 0, facts.bech32Prefix)
  }
  return base58Address(facts.pubKeyHashVersion, keyHash)
}

export const addressOfPublicKey = (definition: BitcoinDefinition, network: Network, publicKey: Uint8Array): string =>
  addressOfKeyHash(definition, network, hash160(publicKey))

/** The address of an output script, or `undefined` for scripts that have none. */
export function addressOfScript(definition: BitcoinDefinition, network: Network, script: Buffer): string | undefined {
  const facts = definition.networks[network]
  const content = recognise(script)
  switch (content.type) {
    case 'p2pkh':
      return base58Address(facts.pubKeyHashVersion, content.keyHash)
    case 'p2sh':
      return base58Address(facts.scriptHashVersion, content.scriptHash)
    case 'witness':
      return facts.bech32Prefix === undefined
        ? undefined
        : toBech32(content.program, content.version, facts.bech32Prefix)
    case 'p2pk':
    case 'op-return':
    case 'other':
      return undefined
  }
}

/**
 * The hash of the public key behind one of our own wallets' addresses.
 * @throws KeywardError WALLET_CORRUPT for an address that does not commit to a single key of this chain and network.
 */
export function keyHashOfAddress(definition: BitcoinDefinition, network: Network, address: string): Buffer {
  const facts = definition.networks[network]
  const content = recognise(base58Script(facts, address) ?? bech32Script(facts, address) ?? Buffer.alloc(0))
  if (content.type === 'p2pkh') return content.keyHash
  if (content.type === 'witness' && content.version === 0 && content.program.length === HASH_BYTES) {
    return content.program
  }
  throw new KeywardError('WALLET_CORRUPT', `the wallet's address is not one of a key on ${definition.code} ${network}`)
}

const base58Address = (version: number, hash: Uint8Array): string =>
  encodeBase58Check(Buffer.concat([Buffer.of(version), hash])).toString('ascii')

function base58Script(facts: BitcoinNetwork, address: string): Buffer | undefined {
  const payload = decodeBase58Check(Buffer.from(address, 'utf8'))
  if (payload?.length !== HASH_BYTES + 1) return undefined
  const hash = payload.subarray(1)
  if (payload[0] === facts.pubKeyHashVersion) return p2pkhScript(hash)
  return payload[0] === facts.scriptHashVersion ? p2shScript(hash) : undefined
}

function bech32Script(facts: BitcoinNetwork, address: string): Buffer | undefined {
  if (facts.bech32Prefix === undefined || address.length > 90) return undefined
  try {
    const { version, prefix, data } = fromBech32(address)
    if (prefix !== facts.bech32Prefix || version > 16) return undefined
    const script = witnessScript(version, data)
    return recognise(script).type === 'witness' ? script : undefined
  } catch {
    // The library throws for every text that is not Bech32 or Bech32m.
    return undefined
  }
}
