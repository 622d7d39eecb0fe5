import { KeywardError } from '../../core/errors.js'
import { encodeBase58Check } from './base58check.js'
import { HARDENED, hmacHalves, missingChild, ownCopy, uint32 } from './bip32.js'
import { hash160 } from './hashes.js'
import { isPrivateKey, publicKeyOf, tweakPrivateKey } from './secp256k1.js'

export { HdPublicNode } from './hd-public-node.js'

/*
 * Hierarchical deterministic keys: BIP-32, https://github.com/bitcoin/bips/blob/master/bip-0032.mediawiki. Own code, because the usual libraries keep
 * private keys in objects that cannot be overwritten, and derive public keys that nobody asked for. Tested against the vectors of the BIP.
 */

const MASTER_KEY = Buffer.from('Bitcoin seed', 'ascii')
const NO_PARENT = Buffer.alloc(4)

interface Position {
  readonly depth: number
  readonly index: number
  readonly parentFingerprint: Uint8Array
}

const ROOT: Position = { depth: 0, index: 0, parentFingerprint: NO_PARENT }

/** A node with its private key. Whoever makes one wipes it. */
export class HdNode {
  /** 32 bytes; lent, not given: `wipe` overwrites it. */
  readonly privateKey: Buffer
  readonly #chainCode: Buffer
  readonly #position: Position
  #publicKey: Uint8Array | undefined
  #wiped = false

  private constructor(privateKey: Buffer, chainCode: Buffer, position: Position) {
    this.privateKey = privateKey
    this.#chainCode = chainCode
    this.#position = position
  }

  /** The master node. The seed stays the caller's. @throws KeywardError KEY_INVALID for a seed that is not 16 to 64 bytes long. */
  static fromSeed(seed: Buffer): HdNode {
    if (seed.length < 16 || seed.length > 64) {
      throw new KeywardError('KEY_INVALID', `a BIP-32 seed has 16 to 64 bytes, this one ${seed.length}`)
    }
    const { left, right } = hmacHalves(MASTER_KEY, seed)
    if (!isPrivateKey(left)) throw new KeywardError('KEY_INVALID', 'this seed has no master key')
    return new HdNode(left, right, ROOT)
  }

  /** Compressed public key, 33 bytes, computed when first asked for. */
  get publicKey(): Uint8Array {
    return (this.#publicKey ??= publicKeyOf(this.privateKey))
  }

  /**
   * A descendant, e.g. `m/44'/0'/0'/0` (`'` marks hardened steps). The nodes on the way are wiped.
   * @throws KeywardError INDEX_INVALID for a text that is no path.
   */
  derivePath(path: string): HdNode {
    if (!/^m(\/\d{1,10}'?)*$/.test(path)) throw new KeywardError('INDEX_INVALID', `"${path}" is not a derivation path`)
    this.#requireOpen()
    const steps = path.split('/').slice(1).map(stepIndex)
    let node = new HdNode(ownCopy(this.privateKey), ownCopy(this.#chainCode), this.#position)
    for (const step of steps) {
      const parent = node
      try {
        node = parent.child(step)
      } finally {
        parent.wipe()
      }
    }
    return node
  }

  /** Child `index`, hardened from 2^31 on. @throws KeywardError INDEX_INVALID */
  child(index: number): HdNode {
    if (!Number.isInteger(index) || index < 0 || index >= 2 * HARDENED) {
      throw new KeywardError('INDEX_INVALID', `${index} is not the index of a child`)
    }
    this.#requireOpen()
    const secret = index >= HARDENED ? [Buffer.alloc(1), this.privateKey] : [this.publicKey]
    const { left, right } = hmacHalves(this.#chainCode, ...secret, uint32(index))
    const key = tweakPrivateKey(this.privateKey, left)
    left.fill(0)
    if (key === undefined) throw missingChild(index)
    const privateKey = ownCopy(key)
    key.fill(0)
    return new HdNode(privateKey, right, {
      depth: this.#position.depth + 1,
      index,
      parentFingerprint: hash160(this.publicKey).subarray(0, 4),
    })
  }

  /** The extended public key with the four version bytes of a network, e.g. 0x0488b21e for `xpub…`. */
  xpub(version: number): string {
    const { depth, index, parentFingerprint } = this.#position
    return encodeBase58Check(
      Buffer.concat([
        uint32(version),
        Buffer.of(depth),
        parentFingerprint,
        uint32(index),
        this.#chainCode,
        this.publicKey,
      ]),
    ).toString('ascii')
  }

  /** Overwrites the private key and the chain code. Safe to call twice. */
  wipe(): void {
    this.#wiped = true
    this.privateKey.fill(0)
    this.#chainCode.fill(0)
  }

  #requireOpen(): void {
    if (this.#wiped) throw new Error('this node has been wiped')
  }
}

function stepIndex(step: string): number {
  const index = Number.parseInt(step, 10)
  return step.endsWith("'") ? index + HARDENED : index
}
