import type { InjectionToken } from './injection.js'
import type { Approver } from './approver.js'
import type { ChainRegistry } from './chain.js'
import type { Clock } from './clock.js'
import type { Journal } from './journal.js'
import type { Keyring } from './keyring.js'
import type { Log } from './log.js'
import type { SecretBackend } from './secret-backend.js'
import type { SecretSource } from './secret-reference.js'
import type { TatumApi } from './tatum-api.js'
import type { WalletDirectory } from './wallet-directory.js'

const token = <T>(name: string): InjectionToken<T> => Symbol(name)

/** Names under which the composition root binds implementations. */
export const TOKENS = {
  Approver: token<Approver>('Approver'),
  ChainRegistry: token<ChainRegistry>('ChainRegistry'),
  Clock: token<Clock>('Clock'),
  Journal: token<Journal>('Journal'),
  Keyring: token<Keyring>('Keyring'),
  Log: token<Log>('Log'),
  SecretBackend: token<SecretBackend>('SecretBackend'),
  SecretSource: token<SecretSource>('SecretSource'),
  TatumApi: token<TatumApi>('TatumApi'),
  WalletDirectory: token<WalletDirectory>('WalletDirectory'),
} as const
