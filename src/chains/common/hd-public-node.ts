import { KeywardError } from '../../core/errors.js'
import { decodeBase58Check } from './base58check.js'
import { HARDENED, hmacHalves, missingChild, ownCopy, uint32 } from './bip32.js'
import { LruCache } from './lru-cache.js'
import { isPublicKey, tweakPublicKey } from './secp256k1.js'

/** Version, depth, parent's fingerprint, index, chain code, public key. */
const XPUB_BYTES = 78

/** An account node without its private key: what derives addresses. */
export class HdPublicNode {
  static readonly #parsed = new LruCache<string, HdPublicNode>(1000)

  readonly #chainCode: Buffer
  readonly #publicKey: Uint8Array
  readonly #children = new LruCache<number, Uint8Array>(32)

  private constructor(chainCode: Buffer, publicKey: Uint8Array) {
    this.#chainCode = chainCode
    this.#publicKey = publicKey
  }

  /**
   * Parses an extended public key; recently used ones are remembered.
   * @param version the four version bytes the network demands.
   * @throws KeywardError WALLET_CORRUPT
   */
  static fromXpub(text: string, version: number): HdPublicNode {
    return HdPublicNode.#parsed.getOrCompute(`${version}:${text}`, () => HdPublicNode.#parse(text, version))
  }

  static #parse(text: string, version: number): HdPublicNode {
    const data = decodeBase58Check(Buffer.from(text, 'utf8'))
    if (data?.length !== XPUB_BYTES) throw corruptXpub('is not an extended public key')
    if (data.readUInt32BE(0) !== version) throw corruptXpub('belongs to another network or chain')
    const publicKey = Uint8Array.from(data.subarray(45))
    if (!isPublicKey(publicKey)) throw corruptXpub('holds no point of the curve')
    return new HdPublicNode(ownCopy(data.subarray(13, 45)), publicKey)
  }

  /** Compressed public key of the non-hardened child. Do not change its bytes. @throws KeywardError INDEX_INVALID */
  child(index: number): Uint8Array {
    if (!Number.isInteger(index) || index < 0 || index >= HARDENED) {
      throw new KeywardError('INDEX_INVALID', `${index} is not the index of an address: use 0 to ${HARDENED - 1}`)
    }
    return this.#children.getOrCompute(index, () => {
      const { left } = hmacHalves(this.#chainCode, this.#publicKey, uint32(index))
      const child = tweakPublicKey(this.#publicKey, left)
      if (child === undefined) throw missingChild(index)
      return child
    })
  }
}

const corruptXpub = (what: string): KeywardError =>
  new KeywardError('WALLET_CORRUPT', `the xpub of the wallet ${what}`, {
    advice: 'Check the wallet store; the xpub is derived anew from the mnemonic when the wallet is imported again.',
  })
