import { pbkdf2Sync } from 'node:crypto'
import { KeywardError } from '../../core/errors.js'
import type { Secret } from '../../core/secret.js'
import { HARDENED, hmacHalves, ownCopy } from '../common/bip32.js'
import { entropyOf } from '../common/mnemonic.js'
import { EXTENDED_KEY_BYTES, SCALAR_BYTES, fromLittleEndian, publicKeyOf, toLittleEndian } from './extended-key.js'

/*
 * Keys as Cardano wallets derive them. Master key: Icarus, CIP-3, https://github.com/cardano-foundation/CIPs/blob/master/CIP-0003/Icarus.md (the entropy of the mnemonic is
 * stretched, not its text). Children: BIP32-Ed25519, version 2, with little-endian indexes. Tested against the reference's keys and against the vendor's library.
 */

const MASTER = { rounds: 4096, bytes: 96, digest: 'sha512' } as const
const NO_PASSPHRASE = Buffer.alloc(0)
/** What the HMACs of a child begin with: the key's and the chain code's, for hardened children and the others. */
const TAGS = { hardened: { key: 0x00, chain: 0x01 }, soft: { key: 0x02, chain: 0x03 } } as const
/** Of the left half of the HMAC, 28 bytes go into the scalar. */
const STEP_BYTES = 28

/** How far the scalar of a child that is not hardened is from its parent's; known to whoever has the xpub. */
export const softStep = (chainCode: Uint8Array, publicKey: Uint8Array, index: number): bigint =>
  scalarStep(hmacHalves(chainCode, Buffer.of(TAGS.soft.key), publicKey, indexBytes(index)).left)

/** Eight times the first 28 bytes, so that the lowest three bits stay 0. */
const scalarStep = (left: Uint8Array): bigint => 8n * fromLittleEndian(left.subarray(0, STEP_BYTES))

function indexBytes(index: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(index)
  return bytes
}

/** A node with its private key. Whoever makes one wipes it. */
export class CardanoNode {
  /** Scalar and nonce key, 64 bytes; lent, not given: `wipe` overwrites it. */
  readonly privateKey: Buffer
  readonly #chainCode: Buffer
  #publicKey: Uint8Array | undefined
  #wiped = false

  private constructor(privateKey: Buffer, chainCode: Buffer) {
    this.privateKey = privateKey
    this.#chainCode = chainCode
  }

  /** The master node. The mnemonic stays the caller's. @throws KeywardError MNEMONIC_INVALID */
  static fromMnemonic(mnemonic: Secret): CardanoNode {
    const entropy = entropyOf(mnemonic)
    const master = pbkdf2Sync(NO_PASSPHRASE, entropy, MASTER.rounds, MASTER.bytes, MASTER.digest)
    entropy.fill(0)
    const key = ownCopy(master.subarray(0, EXTENDED_KEY_BYTES))
    const chainCode = ownCopy(master.subarray(EXTENDED_KEY_BYTES))
    master.fill(0)
    key[0] = (key[0] ?? 0) & 0xf8
    key[SCALAR_BYTES - 1] = ((key[SCALAR_BYTES - 1] ?? 0) & 0x1f) | 0x40
    return new CardanoNode(key, chainCode)
  }

  /** 32 bytes, computed when first asked for. */
  get publicKey(): Uint8Array {
    this.#requireOpen()
    return (this.#publicKey ??= publicKeyOf(this.privateKey))
  }

  /** Public key and chain code: what derives the addresses of the children. 128 hexadecimal digits, the reference's form. */
  get xpub(): string {
    return Buffer.concat([this.publicKey, this.#chainCode]).toString('hex')
  }

  /** A descendant, e.g. `m/1852'/1815'`. The nodes on the way are wiped. @throws KeywardError INDEX_INVALID for a text that is no path of hardened steps. */
  derivePath(path: string): CardanoNode {
    if (!/^m(\/\d{1,9}')*$/.test(path)) {
      throw new KeywardError('INDEX_INVALID', `"${path}" is not a derivation path of hardened steps`)
    }
    this.#requireOpen()
    let node = new CardanoNode(ownCopy(this.privateKey), ownCopy(this.#chainCode))
    for (const step of path.split('/').slice(1)) {
      const parent = node
      node = parent.child(Number.parseInt(step, 10) + HARDENED)
      parent.wipe()
    }
    return node
  }

  /** Child `index`, hardened from 2^31 on. @throws KeywardError INDEX_INVALID */
  child(index: number): CardanoNode {
    if (!Number.isInteger(index) || index < 0 || index >= 2 * HARDENED) {
      throw new KeywardError('INDEX_INVALID', `${index} is not the index of a child`)
    }
    this.#requireOpen()
    const tags = index >= HARDENED ? TAGS.hardened : TAGS.soft
    const content = [index >= HARDENED ? this.privateKey : this.publicKey, indexBytes(index)]
    const step = hmacHalves(this.#chainCode, Buffer.of(tags.key), ...content)
    const chain = hmacHalves(this.#chainCode, Buffer.of(tags.chain), ...content)
    const scalar = fromLittleEndian(this.privateKey.subarray(0, SCALAR_BYTES)) + scalarStep(step.left)
    const nonceKey = fromLittleEndian(this.privateKey.subarray(SCALAR_BYTES)) + fromLittleEndian(step.right)
    const halves = [toLittleEndian(scalar, SCALAR_BYTES), toLittleEndian(nonceKey, SCALAR_BYTES)]
    const key = Buffer.allocUnsafeSlow(EXTENDED_KEY_BYTES)
    let at = 0
    for (const half of halves) at += half.copy(key, at)
    for (const used of [...halves, step.left, step.right, chain.left]) used.fill(0)
    return new CardanoNode(key, chain.right)
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
