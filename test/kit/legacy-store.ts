import { createCipheriv, createHash, randomBytes } from 'node:crypto'

/** A wallet file as the reference tool writes it: OpenSSL's salted container with its old key derivation, AES-256-CBC, base64 on one line. */
export function legacyStore(entries: object, password: string): string {
  const salt = randomBytes(8)
  let derived = Buffer.alloc(0)
  for (let last = Buffer.alloc(0); derived.length < 48; derived = Buffer.concat([derived, last])) {
    last = createHash('md5')
      .update(Buffer.concat([last, Buffer.from(password), salt]))
      .digest()
  }
  const cipher = createCipheriv('aes-256-cbc', derived.subarray(0, 32), derived.subarray(32, 48))
  const sealed = Buffer.concat([cipher.update(JSON.stringify(entries), 'utf8'), cipher.final()])
  return Buffer.concat([Buffer.from('Salted__'), salt, sealed]).toString('base64')
}
