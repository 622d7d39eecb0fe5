import { fromBech32, toBech32 } from 'bitcoinjs-lib/src/address'
import { KeywardError } from '../../core/errors.js'
import type { Network } from '../../core/ids.js'
import { decodeBase58Check, encodeBase58Check } from '../common/base58check.js'
import { hash160 } from '../common/hashes.js'
import { decodeCashAddress, encodeCashAddress } from './cash-address.js'
import type { CashAddressType } from './cash-address.js'
import type { BitcoinDefinition, BitcoinNetwork } from './definition.js'
import { recognise } from './script.js'

const HASH_BYTES = 20

/** The address under which the wallets of this chain receive: that of the key's native script. */
export function addressOfKeyHash(definition: BitcoinDefinition, network: Network, keyHash: Uint8Array): string {
  const facts = definition.networks[network]
  if (definition.addressType === 'p2wpkh' && facts.bech32Prefix !== undefined) {
    return toBech32(keyHash, 0, facts.bech32Prefix)
  }
  return hashAddress(facts, 'p2pkh', keyHash)
}

export const addressOfPublicKey = (definition: BitcoinDefinition, network: Network, publicKey: Uint8Array): string =>
  addressOfKeyHash(definition, network, hash160(publicKey))

/** The address of an output script, or `undefined` for scripts that have none. */
export function addressOfScript(definition: BitcoinDefinition, network: Network, script: Buffer): string | undefined {
  const facts = definition.networks[network]
  const content = recognise(script)
  switch (content.type) {
    case 'p2pkh':
      return hashAddress(facts, 'p2pkh', content.keyHash)
    case 'p2sh':
      return hashAddress(facts, 'p2sh', content.scriptHash)
    case 'witness':
      return facts.bech32Prefix === undefined
        ? undefined
        : toBech32(content.program, content.version, facts.bech32Prefix)
    case 'other':
      return longScriptHashAddress(facts, script)
    case 'p2pk':
    case 'op-return':
      return undefined
  }
}

/**
 * The hash of the public key behind one of our own wallets' addresses.
 * @throws KeywardError WALLET_CORRUPT for an address that does not commit to a single key of this chain and network.
 */
export function keyHashOfAddress(definition: BitcoinDefinition, network: Network, address: string): Buffer {
  const facts = definition.networks[network]
  // Base58 takes the longer to decode, and what looks like Bech32 mostly is.
  const keyHash =
    keyHashOfCashAddress(facts, address) ?? keyHashOfBech32(facts, address) ?? keyHashOfBase58(facts, address)
  if (keyHash !== undefined) return keyHash
  throw new KeywardError('WALLET_CORRUPT', `the wallet's address is not one of a key on ${definition.code} ${network}`)
}

function hashAddress(facts: BitcoinNetwork, type: CashAddressType, hash: Uint8Array): string {
  if (facts.cashAddressPrefix !== undefined) return encodeCashAddress(facts.cashAddressPrefix, type, hash)
  const version = type === 'p2pkh' ? facts.pubKeyHashVersion : facts.scriptHashVersion
  return encodeBase58Check(Buffer.concat([Buffer.of(version), hash])).toString('ascii')
}

/** OP_HASH256, a push of 32 bytes, OP_EQUAL: on chains with CashAddr a standard script since 2023, elsewhere one without an address. */
function longScriptHashAddress({ cashAddressPrefix }: BitcoinNetwork, script: Buffer): string | undefined {
  const isLongScriptHash = script.length === 35 && script[0] === 0xaa && script[1] === 32 && script[34] === 0x87
  if (cashAddressPrefix === undefined || !isLongScriptHash) return undefined
  return encodeCashAddress(cashAddressPrefix, 'p2sh', script.subarray(2, 34))
}

function keyHashOfCashAddress({ cashAddressPrefix }: BitcoinNetwork, address: string): Buffer | undefined {
  if (cashAddressPrefix === undefined) return undefined
  const content = decodeCashAddress(cashAddressPrefix, address)
  return content?.type === 'p2pkh' && content.hash.length === HASH_BYTES ? content.hash : undefined
}

function keyHashOfBase58({ pubKeyHashVersion }: BitcoinNetwork, address: string): Buffer | undefined {
  const payload = decodeBase58Check(Buffer.from(address, 'utf8'))
  return payload?.length === HASH_BYTES + 1 && payload[0] === pubKeyHashVersion ? payload.subarray(1) : undefined
}

function keyHashOfBech32({ bech32Prefix }: BitcoinNetwork, address: string): Buffer | undefined {
  if (bech32Prefix === undefined || !address.toLowerCase().startsWith(`${bech32Prefix}1`)) return undefined
  try {
    const { version, prefix, data } = fromBech32(address)
    return prefix === bech32Prefix && version === 0 && data.length === HASH_BYTES ? Buffer.from(data) : undefined
  } catch {
    // The library throws for every text that is not Bech32 or Bech32m.
    return undefined
  }
}
