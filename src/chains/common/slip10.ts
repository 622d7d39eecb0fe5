import { KeywardError } from '../../core/errors.js'
import { HARDENED, hmacHalves, ownCopy, uint32 } from './bip32.js'

/*
 * Hierarchical deterministic keys for Ed25519: SLIP-0010, https://github.com/satoshilabs/slips/blob/master/slip-0010.md. All children are hardened, so there is
 * no extended public key, and any 32 bytes are a key. Tested against the vectors of the SLIP.
 */

const MASTER_KEY = Buffer.from('ed25519 seed', 'ascii')
const PRIVATE = Buffer.alloc(1)

/** A node with its private key. Whoever makes one wipes it. */
export class Slip10Node {
  /** Seed of the Ed25519 key, 32 bytes; lent, not given: `wipe` overwrites it. */
  readonly privateKey: Buffer
  readonly #chainCode: Buffer
  #wiped = false

  private constructor(privateKey: Buffer, chainCode: Buffer) {
    this.privateKey = privateKey
    this.#chainCode = chainCode
  }

  /** The master node. The seed stays the caller's. @throws KeywardError KEY_INVALID for a seed that is not 16 to 64 bytes long. */
  static fromSeed(seed: Buffer): Slip10Node {
    if (seed.length < 16 || seed.length > 64) {
      throw new KeywardError('KEY_INVALID', `a SLIP-0010 seed has 16 to 64 bytes, this one ${seed.length}`)
    }
    const { left, right } = hmacHalves(MASTER_KEY, seed)
    return new Slip10Node(left, right)
  }

  /**
   * A descendant, e.g. `m/44'/501'/0'/0'`. The nodes on the way are wiped.
   * @throws KeywardError INDEX_INVALID for a text that is no path of hardened steps.
   */
  derivePath(path: string): Slip10Node {
    if (!/^m(\/\d{1,10}')*$/.test(path)) {
      throw new KeywardError('INDEX_INVALID', `"${path}" is not a derivation path of hardened steps`)
    }
    this.#requireOpen()
    const steps = path.split('/').slice(1)
    let node = new Slip10Node(ownCopy(this.privateKey), ownCopy(this.#chainCode))
    for (const step of steps) {
      const parent = node
      try {
        node = parent.hardenedChild(Number.parseInt(step, 10))
      } finally {
        parent.wipe()
      }
    }
    return node
  }

  /** Child `index'`: the index without its hardening. @throws KeywardError INDEX_INVALID */
  hardenedChild(index: number): Slip10Node {
    if (!Number.isInteger(index) || index < 0 || index >= HARDENED) {
      throw new KeywardError('INDEX_INVALID', `${index} is not the index of a child`)
    }
    this.#requireOpen()
    const { left, right } = hmacHalves(this.#chainCode, PRIVATE, this.privateKey, uint32(index + HARDENED))
    return new Slip10Node(left, right)
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
