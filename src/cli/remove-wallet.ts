import { asKeywardError, KeywardError } from '../core/errors.js'
import type { ErrorCode } from '../core/errors.js'
import type { SignatureId } from '../core/ids.js'
import type { RemovalMode, SecretBackend } from '../core/secret-backend.js'
import { wipeWallet } from '../core/wallet.js'
import type { CommandArguments } from './arguments.js'
import { demandAnswer } from './confirm.js'
import type { CommandContext } from './context.js'

/**
 * Asks, then removes. Recoverable where the backend can and nobody wanted otherwise.
 * @throws KeywardError WALLET_NOT_FOUND, CONFIRMATION_MISSING, BACKEND_*
 */
export async function removeManagedWallet(
  context: CommandContext,
  args: CommandArguments,
  backend: SecretBackend,
  id: SignatureId,
): Promise<void> {
  const recoverable = backend.capabilities.recoverableRemoval && !args.has('permanent')
  const mode: RemovalMode = recoverable ? 'recoverable' : 'permanent'
  const wallet = await describeWallet(backend, id)
  if (!args.has('yes')) await confirmRemoval(context, mode, wallet, id)
  else if (mode === 'permanent' && !args.has('permanent')) throw mustBeExplicit(backend)
  await backend.remove(id, mode)
  context.output.note(`removed ${id} from ${backend.description}${mode === 'permanent' ? ' for good' : ''}`)
  if (mode === 'recoverable') context.output.note(await wayBack(backend, id))
}

/** What the backend says about a wallet that it has put aside. */
async function wayBack(backend: SecretBackend, id: SignatureId): Promise<string> {
  try {
    wipeWallet(await backend.get(id))
    return 'the backend still answers for it; the removal takes effect a little later'
  } catch (problem) {
    const known = asKeywardError(problem)
    return known.code === 'WALLET_DELETED' && known.advice !== undefined ? known.advice : 'It cannot be brought back.'
  }
}

/** Wallets that cannot be read can still be removed. */
const UNREADABLE: readonly ErrorCode[] = ['WALLET_CORRUPT', 'WALLET_DELETED', 'WALLET_DISABLED']

/** e.g. `ETH testnet mnemonic`. */
async function describeWallet(backend: SecretBackend, id: SignatureId): Promise<string> {
  try {
    const wallet = await backend.get(id)
    wipeWallet(wallet)
    const { chain, network, kind, address } = wallet.descriptor
    return [chain, network, kind, address].filter((part) => part !== undefined).join(' ')
  } catch (problem) {
    if (problem instanceof KeywardError && UNREADABLE.includes(problem.code)) return problem.message
    throw problem
  }
}

async function confirmRemoval(
  context: CommandContext,
  mode: RemovalMode,
  wallet: string,
  id: SignatureId,
): Promise<void> {
  if (!context.prompter.available) {
    // As with the reference tool, a script may remove what can be brought back.
    if (mode === 'recoverable') return
    throw new KeywardError('CONFIRMATION_MISSING', `removing ${id} would be permanent; nothing was done`, {
      advice: 'Give --permanent --yes when that is meant, or run the command at a terminal.',
    })
  }
  context.output.note(`Wallet ${id}: ${wallet}`)
  await demandAnswer(context, 'Remove it from the store? Type "yes":', 'yes')
  if (mode === 'permanent') await demandAnswer(context, `This cannot be undone. Type the signatureId again:`, id)
}

const mustBeExplicit = (backend: SecretBackend): KeywardError =>
  new KeywardError(
    'CONFIRMATION_MISSING',
    `${backend.description} cannot bring a removed wallet back; nothing was done`,
    {
      advice: 'Give --permanent --yes when that is meant.',
    },
  )
