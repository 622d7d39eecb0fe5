import { invalidRequest, problem } from './api-error.js'

/** Every field of the API's request bodies that carries a key or a phrase, in lower case. */
const SECRET_FIELDS = new Set([
  'privatekey',
  'fromprivatekey',
  'feepayerprivatekey',
  'authorityprivatekey',
  'collectionverifierprivatekey',
  'fromsecret',
  'secret',
  'mnemonic',
  'keypair',
])

/**
 * Refuses a body that holds a secret at any depth: the sandbox is for requests that carry a signatureId, and a key that reaches it was sent by mistake.
 * @throws ApiError 400 naming the field, never its value.
 */
export function refuseSecrets(body: unknown): void {
  const open: { readonly value: unknown; readonly path: string }[] = [{ value: body, path: '' }]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next.value !== 'object' || next.value === null) continue
    for (const [name, value] of Object.entries(next.value)) {
      const path = next.path === '' ? name : `${next.path}.${name}`
      if (SECRET_FIELDS.has(name.toLowerCase())) throw invalidRequest([secretFound(path)])
      open.push({ value, path })
    }
  }
}

const secretFound = (path: string) =>
  problem(path, 'isSignatureId', 'a secret must never leave its owner: send a signatureId in its place')
