import type { CommandSpec } from '../command.js'
import { printCatalogue } from './backend-catalogue.js'
import { checkBackend } from './backend-check.js'
import { reloadBackend } from './backend-reload.js'
import { restoreCatalogue } from './backend-restore.js'
import { checkConfig } from './checkconfig.js'
import { checkConfiguration } from './config-check.js'
import { showConfiguration } from './config-show.js'
import { daemon } from './daemon.js'
import { demo } from './demo.js'
import { exportWallets } from './export.js'
import { generateManagedPrivateKeyBatch } from './generatemanagedprivatekeybatch.js'
import { generateManagedWallet } from './generatemanagedwallet.js'
import { generateWallet } from './generatewallet.js'
import { getAddress } from './getaddress.js'
import { getManagedWallet } from './getmanagedwallet.js'
import { getPrivateKey } from './getprivatekey.js'
import { removeWallet } from './removewallet.js'
import { report } from './report.js'
import { sandbox } from './sandbox.js'
import { changeStorePassword } from './store-change-password.js'
import { checkStore } from './store-check.js'
import { storeManagedPrivateKey } from './storemanagedprivatekey.js'
import { storeManagedWallet } from './storemanagedwallet.js'
import { upgradeStore } from './store-upgrade.js'
import { migrate } from './migrate.js'
import { listTransactions } from './transactions-list.js'
import { retryTransaction } from './transactions-retry.js'
import { showTransaction } from './transactions-show.js'
import { version } from './version.js'
import { listWallets } from './wallets-list.js'

/** Every command, in the order of the help page. */
export const COMMANDS: readonly CommandSpec[] = [
  generateWallet,
  generateManagedWallet,
  storeManagedWallet,
  storeManagedPrivateKey,
  generateManagedPrivateKeyBatch,
  listWallets,
  getManagedWallet,
  getAddress,
  getPrivateKey,
  exportWallets,
  removeWallet,
  daemon,
  listTransactions,
  showTransaction,
  retryTransaction,
  checkBackend,
  reloadBackend,
  migrate,
  printCatalogue,
  restoreCatalogue,
  checkStore,
  changeStorePassword,
  upgradeStore,
  showConfiguration,
  checkConfiguration,
  checkConfig,
  report,
  version,
  demo,
  sandbox,
]
