import type { SignatureId } from './ids.js'
import type { SecretBackend } from './secret-backend.js'

export interface StoreProblem {
  readonly signatureId?: SignatureId
  readonly problem: string
}

export interface StoreCheckReport {
  readonly path: string
  readonly format: string
  readonly wallets: number
  readonly problems: readonly StoreProblem[]
}

export interface StoreUpgradeReport {
  readonly path: string
  /** Where the untouched original is kept. */
  readonly original: string
  readonly wallets: number
  /** Wallets that were carried over but do not re-derive the address or xpub they claim. */
  readonly problems: readonly StoreProblem[]
}

export type Progress = (done: number, total: number) => void

/** Backends that keep a store of their own, which can be verified, re-keyed and brought to the newest format. */
export interface MaintainableBackend extends SecretBackend {
  /** Reads and verifies every record; changes nothing. */
  check(progress?: Progress): Promise<StoreCheckReport>
  /** Asks for the new password through the SecretSource. The old one stops working when this resolves. */
  changePassword(): Promise<void>
  /** Converts a store of an older format; keeps the original and verifies the copy before it takes its place. */
  upgrade(progress?: Progress): Promise<StoreUpgradeReport>
}

export function isMaintainable(backend: SecretBackend): backend is MaintainableBackend {
  return 'check' in backend && 'changePassword' in backend && 'upgrade' in backend
}
