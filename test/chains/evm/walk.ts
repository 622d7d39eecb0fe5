import type { Chain, KeySource, PrepareInput, SignedTransaction } from '../../../src/core/chain.js'
import { KeywardError } from '../../../src/core/errors.js'
import type { SignatureId } from '../../../src/core/ids.js'
import type { PendingTransaction } from '../../../src/core/pending-transaction.js'
import type { SigningPlan } from '../../../src/core/signing-plan.js'
import type { ManagedWallet, WalletDescriptor } from '../../../src/core/wallet.js'
import type { FakeLookups } from './fake-lookups.js'

export const descriptors = (wallet: ManagedWallet): ReadonlyMap<SignatureId, WalletDescriptor> =>
  new Map([[wallet.descriptor.signatureId, wallet.descriptor]])

export function inputFor(
  chain: Chain,
  pending: PendingTransaction,
  wallet: ManagedWallet,
  previous?: SigningPlan,
): PrepareInput {
  const { network } = wallet.descriptor
  const request = chain.transactions.read(pending, network)
  return { pending, network, request, wallets: descriptors(wallet), ...(previous === undefined ? {} : { previous }) }
}

/** read -> prepare. */
export const prepare = async (
  chain: Chain,
  pending: PendingTransaction,
  wallet: ManagedWallet,
  lookups: FakeLookups,
): Promise<SigningPlan> => chain.transactions.prepare(inputFor(chain, pending, wallet), lookups)

export function sign(chain: Chain, plan: SigningPlan, wallet: ManagedWallet): SignedTransaction {
  return withKeys(chain.keys.open(wallet), (source) => chain.transactions.sign(plan, ({ index }) => source.key(index)))
}

function withKeys<T>(source: KeySource, use: (source: KeySource) => T): T {
  try {
    return use(source)
  } finally {
    source.wipe()
  }
}

/** The KeywardError that the work ends with. Anything else fails the test. */
export async function refusal(work: () => unknown): Promise<KeywardError> {
  try {
    await work()
  } catch (error) {
    if (error instanceof KeywardError) return error
    throw error
  }
  throw new Error('nothing was refused')
}
