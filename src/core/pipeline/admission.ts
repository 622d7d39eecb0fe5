import type { ChainTransactions, PrepareInput, TransactionRequest } from '../chain.js'
import { KeywardError } from '../errors.js'
import type { Network, SignatureId } from '../ids.js'
import type { PendingTransaction } from '../pending-transaction.js'
import type { SigningPlan } from '../signing-plan.js'
import type { WalletDescriptor } from '../wallet.js'
import type { WalletDirectory } from '../wallet-directory.js'

/** What a listed transaction is checked against before anything is looked up or any key is touched. */
export interface AdmissionRules {
  readonly network: Network
  readonly directory: WalletDirectory
  /** The ids this daemon asked Tatum for. A transaction may be signed by these and by no others, whatever the server names. */
  readonly requested: ReadonlySet<SignatureId>
}

/**
 * Reads a pending transaction with its chain's eyes and finds its wallets.
 * @throws KeywardError TRANSACTION_*, WALLET_NOT_FOUND, SIGNER_NOT_REQUESTED, SIGNER_MISMATCH
 */
export function admit(
  transactions: ChainTransactions,
  pending: PendingTransaction,
  previous: SigningPlan | undefined,
  { network, directory, requested }: AdmissionRules,
): PrepareInput {
  const request = transactions.read(pending, network)
  const wallets = findWallets(request, pending, network, directory, requested)
  return { pending, network, request, wallets, ...(previous === undefined ? {} : { previous }) }
}

function findWallets(
  request: TransactionRequest,
  pending: PendingTransaction,
  network: Network,
  directory: WalletDirectory,
  requested: ReadonlySet<SignatureId>,
): Map<SignatureId, WalletDescriptor> {
  const wallets = new Map<SignatureId, WalletDescriptor>()
  for (const { signatureId } of request.signers) {
    const wallet = directory.get(signatureId)
    if (!wallet) {
      throw new KeywardError('WALLET_NOT_FOUND', `no wallet has the signatureId ${signatureId}`, {
        advice:
          'Import the wallet, or run the daemon that holds it; the transaction is taken up again when the wallet is there.',
      })
    }
    if (!requested.has(signatureId)) {
      throw new KeywardError(
        'SIGNER_NOT_REQUESTED',
        `wallet ${signatureId} was not in the list this daemon asked for`,
        {
          advice: 'The API named a wallet on its own account. Add it to --wallets if this daemon shall sign for it.',
        },
      )
    }
    if (wallet.chain !== pending.chain || wallet.network !== network) {
      throw new KeywardError(
        'SIGNER_MISMATCH',
        `wallet ${signatureId} is for ${wallet.chain} ${wallet.network}, the transaction is for ${pending.chain} ${network}`,
      )
    }
    wallets.set(signatureId, wallet)
  }
  if (wallets.size === 0)
    throw new KeywardError('TRANSACTION_MALFORMED', 'the transaction names no wallet that could sign it')
  return wallets
}
