/**
 * Keyward as a library: chains that generate, derive, plan, decode, sign and verify, and the interfaces of the core, without the daemon.
 *
 * @example
 * const chains = createChainRegistry()
 * const eth = await chains.load(chains.resolve('ETH'))
 * const wallet = eth.keys.generate('testnet')
 */
export { createChainRegistry } from './chains/index.js'
export { formatUnits, parseUnits } from './core/amount.js'
export type { Approver, Decision, ReviewRequest } from './core/approver.js'
export type {
  Chain,
  ChainDefinition,
  ChainKeys,
  ChainLookups,
  ChainRegistry,
  ChainTransactions,
  KeySource,
  PrepareInput,
  PublicIdentifiers,
  RejectionMeaning,
  SignedTransaction,
  SigningKey,
  TransactionRequest,
  WalletDraft,
} from './core/chain.js'
export { ERRORS, KeywardError } from './core/errors.js'
export type { ErrorCode, ErrorContext, ErrorDetails } from './core/errors.js'
export { newSignatureId, parseSignatureId } from './core/ids.js'
export type { ChainCode, Digest, Network, PendingId, SignatureId } from './core/ids.js'
export { intentJson, intentSummary } from './core/intent.js'
export type { Asset, Intent, IntentAction } from './core/intent.js'
export type { JsonObject, JsonValue } from './core/json.js'
export { parsePendingTransaction, requestDigest } from './core/pending-transaction.js'
export type { PendingTransaction } from './core/pending-transaction.js'
export { Secret } from './core/secret.js'
export type {
  SecretBackend,
  BackendCapabilities,
  BackendHealth,
  WalletFilter,
  WalletResult,
} from './core/secret-backend.js'
export { planDigest } from './core/signing-plan.js'
export type { Signer, SigningPlan } from './core/signing-plan.js'
export { wipeMaterial, wipeWallet } from './core/wallet.js'
export type { ManagedWallet, WalletDescriptor, WalletKind, WalletMaterial } from './core/wallet.js'
