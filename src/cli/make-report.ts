import type { App } from '../composition-root.js'
import { maskSecret } from '../config/index.js'
import type { LoadedSettings } from '../config/index.js'
import { KeywardError } from '../core/errors.js'
import { signatureIdSchema } from '../core/ids.js'
import type { SignatureId } from '../core/ids.js'
import type { JsonObject } from '../core/json.js'
import type { SecretBackend } from '../core/secret-backend.js'
import { wipeWallet } from '../core/wallet.js'
import type { ManagedWallet, WalletKind } from '../core/wallet.js'

/** The reference tool's words. */
const TYPES: Readonly<Record<WalletKind, string>> = {
  mnemonic: 'MNEMONIC',
  privateKey: 'PRIVATE_KEY',
  secret: 'SECRET',
}

/**
 * What a support request begins with: `{system, wallets, apiKey, warnings?}` as the reference tool prints it, without a secret.
 * @param ids signatureIds separated by commas; one that is not known becomes a warning.
 * @throws KeywardError STORE_WRONG_PASSWORD, BACKEND_* and the like; a store that is not there is reported, not thrown.
 */
export async function makeReport(app: App, loaded: LoadedSettings, ids: string, version: string): Promise<JsonObject> {
  const warnings = [...loaded.warnings]
  const wanted = readIds(ids, warnings)
  const backend = await openOrMissing(app)
  const wallets = backend === undefined ? {} : await describeAll(app, backend, wanted, warnings)
  if (backend === undefined) warnings.push('there is no wallet store yet')
  const { settings } = loaded
  return {
    system: {
      kmsVersion: version,
      nodeVersion: process.version,
      store: { type: settings.backend.type, exists: backend !== undefined },
    },
    wallets,
    apiKey: maskSecret(settings.api.key),
    ...(warnings.length > 0 ? { warnings } : {}),
  }
}

function readIds(text: string, warnings: string[]): SignatureId[] {
  const words = text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '')
  return words.flatMap((word) => {
    const id = signatureIdSchema.safeParse(word)
    if (id.success) return [id.data]
    warnings.push(`"${word.slice(0, 64)}" is not a signatureId`)
    return []
  })
}

async function openOrMissing(app: App): Promise<SecretBackend | undefined> {
  try {
    return await app.backend()
  } catch (problem) {
    if (problem instanceof KeywardError && problem.code === 'STORE_MISSING') return undefined
    throw problem
  }
}

async function describeAll(
  app: App,
  backend: SecretBackend,
  ids: readonly SignatureId[],
  warnings: string[],
): Promise<JsonObject> {
  const found = new Map<SignatureId, JsonObject>()
  for await (const result of backend.getMany(ids)) {
    if ('error' in result) {
      warnings.push(result.error.message)
      continue
    }
    try {
      found.set(result.signatureId, await describe(app, result.wallet))
    } finally {
      wipeWallet(result.wallet)
    }
  }
  // In the order asked for, whatever order the backend answered in.
  return Object.fromEntries(ids.flatMap((id) => (found.has(id) ? [[id, found.get(id)]] : [])))
}

async function describe(app: App, wallet: ManagedWallet): Promise<JsonObject> {
  const { kind, chain, network } = wallet.descriptor
  const warnings = await inspect(app, wallet)
  return {
    type: TYPES[kind],
    chain,
    testnet: network === 'testnet',
    ...(warnings.length > 0 ? { warnings } : {}),
  }
}

async function inspect(app: App, wallet: ManagedWallet): Promise<readonly string[]> {
  const { chain } = wallet.descriptor
  const known = app.chains.definitions.find(({ code }) => code === chain)
  if (known === undefined) return [`this version does not know the chain ${chain}: it cannot sign for this wallet`]
  return (await app.chains.load(known.code)).keys.inspect(wallet)
}
