import { hash160 } from '../common/hashes.js'
import { p2pkhScript, p2shScript, p2wpkhScript, recognise } from './script.js'

/** Kinds of spent outputs that a single key can sign for. */
export type InputType = 'p2pkh' | 'p2wpkh' | 'p2sh-p2wpkh' | 'p2pk'

/** Finds whose key a script pays to. */
export type OwnerOfScript<Owner> = (
  script: Buffer,
) => { readonly owner: Owner; readonly type: InputType; readonly keyHash: Buffer } | undefined

/**
 * Looks scripts up by the keys they commit to.
 * @param keys hash of the compressed public key (HASH160) and whatever stands for its owner; the first owner of a key wins.
 * @param segwit does the chain have segwit scripts?
 */
export function ownersOfScripts<Owner>(
  keys: Iterable<readonly [keyHash: Buffer, owner: Owner]>,
  segwit: boolean,
): OwnerOfScript<Owner> {
  const known = new Map<string, NonNullable<ReturnType<OwnerOfScript<Owner>>>>()
  for (const [keyHash, owner] of keys) {
    const add = (script: Buffer, type: InputType): void => {
      const hex = script.toString('hex')
      if (!known.has(hex)) known.set(hex, { owner, type, keyHash })
    }
    add(p2pkhScript(keyHash), 'p2pkh')
    if (!segwit) continue
    add(p2wpkhScript(keyHash), 'p2wpkh')
    add(p2shScript(hash160(p2wpkhScript(keyHash))), 'p2sh-p2wpkh')
  }
  return (script) => {
    const content = recognise(script)
    if (content.type !== 'p2pk') return known.get(script.toString('hex'))
    const found = known.get(p2pkhScript(hash160(content.publicKey)).toString('hex'))
    return found === undefined ? undefined : { ...found, type: 'p2pk' }
  }
}

/** The key hash that a script shows openly. P2SH hides it. */
export function openCommitment(script: Buffer): { type: InputType; keyHash: Buffer } | undefined {
  const content = recognise(script)
  if (content.type === 'p2pkh') return { type: 'p2pkh', keyHash: content.keyHash }
  if (content.type === 'p2pk') return { type: 'p2pk', keyHash: hash160(content.publicKey) }
  if (content.type === 'witness' && content.version === 0 && content.program.length === 20) {
    return { type: 'p2wpkh', keyHash: content.program }
  }
  return undefined
}
