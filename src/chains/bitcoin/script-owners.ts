import { hash160 } from '../common/hashes.js'
import { p2wpkhScript, recognise } from './script.js'

/** Kinds of spent outputs that a single key can sign for. */
export type InputType = 'p2pkh' | 'p2wpkh' | 'p2sh-p2wpkh' | 'p2pk'

/**
 * The key hash (HASH160 of the compressed public key) that a script shows openly. P2SH hides what it commits to.
 * @param segwit does the chain have segwit scripts? Elsewhere they mean nothing, and whoever comes first may spend from them.
 */
export function openCommitment(
  script: Buffer,
  segwit: boolean,
): { readonly type: InputType; readonly keyHash: Buffer } | undefined {
  const content = recognise(script)
  if (content.type === 'p2pkh') return { type: 'p2pkh', keyHash: content.keyHash }
  if (content.type === 'p2pk') return { type: 'p2pk', keyHash: hash160(content.publicKey) }
  if (segwit && content.type === 'witness' && content.version === 0 && content.program.length === 20) {
    return { type: 'p2wpkh', keyHash: content.program }
  }
  return undefined
}

/** Finds whose key a script pays to. */
export type OwnerOfScript<Owner> = (
  script: Buffer,
) => { readonly owner: Owner; readonly type: InputType; readonly keyHash: Buffer } | undefined

/**
 * Looks scripts up by the keys they commit to.
 * @param keys hash of the compressed public key and whatever stands for its owner; the first owner of a key wins.
 * @param segwit does the chain have segwit scripts?
 */
export function ownersOfScripts<Owner>(
  keys: Iterable<readonly [keyHash: Buffer, owner: Owner]>,
  segwit: boolean,
): OwnerOfScript<Owner> {
  interface Key {
    readonly keyHash: Buffer
    readonly owner: Owner
  }
  const byKeyHash = new Map<string, Key>()
  for (const [keyHash, owner] of keys) {
    const name = keyHash.toString('hex')
    if (!byKeyHash.has(name)) byKeyHash.set(name, { keyHash, owner })
  }
  let byScriptHash: ReadonlyMap<string, Key> | undefined
  const ownerOfHidden = (scriptHash: Buffer): Key | undefined => {
    byScriptHash ??= new Map(
      [...byKeyHash.values()].map((key) => [hash160(p2wpkhScript(key.keyHash)).toString('hex'), key]),
    )
    return byScriptHash.get(scriptHash.toString('hex'))
  }

  return (script) => {
    const open = openCommitment(script, segwit)
    if (open !== undefined) {
      const key = byKeyHash.get(open.keyHash.toString('hex'))
      return key && { ...key, type: open.type }
    }
    const content = recognise(script)
    const key = content.type === 'p2sh' && segwit ? ownerOfHidden(content.scriptHash) : undefined
    return key && { ...key, type: 'p2sh-p2wpkh' }
  }
}
