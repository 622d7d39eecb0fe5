import { keepsCatalogue } from '../core/catalogue.js'
import type { ChainDefinition } from '../core/chain.js'
import { KeywardError } from '../core/errors.js'
import type { SignatureId } from '../core/ids.js'
import type { JsonObject } from '../core/json.js'
import type { SecretBackend } from '../core/secret-backend.js'
import { wipeWallet } from '../core/wallet.js'
import type { CommandContext } from './context.js'
import { walletJson } from './wallet-json.js'

const INDENT = '  '

/** `"id": {…}` as a member of a 2-space JSON object. */
const member = (id: SignatureId, entry: JsonObject): string =>
  `\n${INDENT}${JSON.stringify(id)}: ${JSON.stringify(entry, undefined, 2).replaceAll('\n', `\n${INDENT}`)}`

/**
 * Prints the store as one JSON object, wallet by wallet, so that its size does not matter and no more than one secret is plain at a time.
 * @throws KeywardError RUN_INCOMPLETE naming the wallets that could not be read; what was printed is complete JSON even then.
 */
export async function exportAll(
  context: CommandContext,
  backend: SecretBackend,
  definitions: readonly ChainDefinition[],
): Promise<void> {
  const ids: SignatureId[] = []
  for await (const { signatureId } of backend.list()) ids.push(signatureId)
  const aliases = await aliasesOf(backend)
  const failed: string[] = []
  let separator = '{'
  for await (const result of backend.getMany(ids)) {
    if ('error' in result) {
      failed.push(`${result.signatureId}: ${result.error.message}`)
      continue
    }
    try {
      const definition = definitions.find(({ code }) => code === result.wallet.descriptor.chain)
      const alias = aliases.get(result.signatureId)
      const entry = { ...walletJson(result.wallet, definition), ...(alias === undefined ? {} : { alias }) }
      await context.output.text(separator + member(result.signatureId, entry))
    } finally {
      wipeWallet(result.wallet)
    }
    separator = ','
  }
  await context.output.text(separator === '{' ? '{}\n' : '\n}\n')
  if (failed.length > 0) {
    throw new KeywardError('RUN_INCOMPLETE', `${failed.length} of ${ids.length} wallets could not be read`, {
      advice: failed.join('; '),
    })
  }
}

/** Names that the product has given, where it does: they are part of the wallets. */
async function aliasesOf(backend: SecretBackend): Promise<ReadonlyMap<SignatureId, string>> {
  const aliases = new Map<SignatureId, string>()
  if (!keepsCatalogue(backend)) return aliases
  for await (const { signatureId, alias } of backend.catalogue()) aliases.set(signatureId, alias)
  return aliases
}
