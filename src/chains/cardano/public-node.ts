import { ed25519 } from '@noble/curves/ed25519'
import { KeywardError } from '../../core/errors.js'
import { HARDENED } from '../common/bip32.js'
import { LruCache } from '../common/lru-cache.js'
import { pointOf } from './extended-key.js'
import type { Point } from './extended-key.js'
import { softStep } from './hd-node.js'

const KEY_BYTES = 32

/** A node without its private key: what derives addresses. */
export class CardanoPublicNode {
  static readonly #parsed = new LruCache<string, CardanoPublicNode>(1000)

  readonly #publicKey: Uint8Array
  readonly #point: Point
  readonly #chainCode: Uint8Array
  readonly #children = new LruCache<number, Uint8Array>(32)

  private constructor(publicKey: Uint8Array, chainCode: Uint8Array) {
    this.#publicKey = publicKey
    this.#point = ed25519.Point.fromBytes(publicKey)
    this.#chainCode = chainCode
  }

  /** Parses a wallet's xpub, 128 hexadecimal digits; recently used ones are remembered. @throws KeywardError WALLET_CORRUPT */
  static fromXpub(text: string): CardanoPublicNode {
    return CardanoPublicNode.#parsed.getOrCompute(text, () => {
      if (!/^[0-9a-f]{128}$/i.test(text)) throw corrupt(text)
      const bytes = Buffer.from(text, 'hex')
      try {
        return new CardanoPublicNode(bytes.subarray(0, KEY_BYTES), bytes.subarray(KEY_BYTES))
      } catch {
        throw corrupt(text)
      }
    })
  }

  /** Public key of the child that is not hardened. Do not change its bytes. @throws KeywardError INDEX_INVALID */
  child(index: number): Uint8Array {
    if (!Number.isInteger(index) || index < 0 || index >= HARDENED) {
      throw new KeywardError('INDEX_INVALID', `${index} is not the index of an address: use 0 to ${HARDENED - 1}`)
    }
    return this.#children.getOrCompute(index, () =>
      this.#point.add(pointOf(softStep(this.#chainCode, this.#publicKey, index))).toBytes(),
    )
  }
}

const corrupt = (text: string): KeywardError =>
  new KeywardError('WALLET_CORRUPT', 'the xpub of the wallet is not a public key with a chain code', {
    advice:
      text.length === 256
        ? 'It has 256 digits, as the generatewallet command of the reference tool printed it for another derivation. Import the mnemonic again.'
        : 'Check the wallet store; the xpub is derived anew from the mnemonic when the wallet is imported again.',
  })
