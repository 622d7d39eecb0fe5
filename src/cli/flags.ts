import type { FlagSpec } from './command.js'

/** The flags of the reference tool, which keep their names and meanings. */
export const REFERENCE_FLAGS = {
  apiKey: {
    name: 'api-key',
    value: 'KEY',
    summary: 'Tatum API key (other users can read it here; better: TATUM_API_KEY)',
  },
  testnet: { name: 'testnet', summary: 'work with the test network of the chain instead of the main network' },
  path: { name: 'path', value: 'FILE', summary: 'the wallet file' },
  period: { name: 'period', value: 'SECONDS', summary: 'seconds from the start of one poll to the start of the next' },
  chain: { name: 'chain', value: 'CHAINS', summary: 'chains, separated by commas' },
  envFile: { name: 'env-file', value: 'FILE', summary: 'file with variables, one NAME=value a line' },
  aws: { name: 'aws', summary: 'take the password of the wallet file from AWS Secrets Manager' },
  vgs: { name: 'vgs', summary: 'take the password of the wallet file from VGS' },
  azure: { name: 'azure', summary: 'take the password of the wallet file from Azure Key Vault' },
  externalUrl: {
    name: 'external-url',
    value: 'URL',
    summary: 'four-eye check: ask this address before each signature',
  },
  externalUrlMethod: { name: 'external-url-method', value: 'METHOD', summary: 'GET (default) or POST' },
  runOnce: { name: 'run-once', summary: 'process what is pending now, then end' },
  wallets: { name: 'wallets', value: 'IDS', summary: 'sign for these signatureIds only, separated by commas' },
  transactionIds: {
    name: 'transaction-ids',
    value: 'IDS',
    summary: 'process these pending transactions only, separated by commas',
  },
} as const satisfies Record<string, FlagSpec>

/** Taken by every command. */
export const GLOBAL_FLAGS = {
  debug: { name: 'debug', summary: 'add the stack trace to an unexpected error' },
} as const satisfies Record<string, FlagSpec>

const CONFIG: FlagSpec = {
  name: 'config',
  value: 'FILE',
  summary: 'the YAML configuration; default: keyward.yaml here, or ~/.keyward/config.yaml',
}
const LOG: readonly FlagSpec[] = [
  { name: 'log-level', value: 'LEVEL', summary: 'least severe events that are logged: debug, info, warn or error' },
  { name: 'log-format', value: 'FORMAT', summary: 'auto, human or json' },
]
const JOURNAL: FlagSpec = { name: 'journal', value: 'FILE', summary: 'where the state of every transaction is kept' }

export const YES: FlagSpec = { name: 'yes', summary: 'do not ask for confirmation' }
export const NEW_PASSWORD: FlagSpec = {
  name: 'new-password',
  value: 'REFERENCE',
  summary: 'where the new password comes from: env:NAME, file:/path, fd:3; default: it is asked for',
}
export const NETWORK: FlagSpec = { name: 'network', value: 'NETWORK', summary: 'mainnet or testnet; default: both' }

/** For commands that open the store. */
export const SETTINGS_FLAGS: readonly FlagSpec[] = [
  CONFIG,
  REFERENCE_FLAGS.path,
  REFERENCE_FLAGS.envFile,
  REFERENCE_FLAGS.aws,
  REFERENCE_FLAGS.azure,
  REFERENCE_FLAGS.vgs,
  ...LOG,
]

/** For commands that read the journal. */
export const JOURNAL_FLAGS: readonly FlagSpec[] = [
  CONFIG,
  JOURNAL,
  REFERENCE_FLAGS.path,
  REFERENCE_FLAGS.envFile,
  ...LOG,
]

/** Everything that the daemon can be told, and `config show` can explain. */
export const DAEMON_FLAGS: readonly FlagSpec[] = [
  REFERENCE_FLAGS.testnet,
  REFERENCE_FLAGS.chain,
  REFERENCE_FLAGS.externalUrl,
  REFERENCE_FLAGS.externalUrlMethod,
  {
    name: 'approval-reply',
    value: 'KIND',
    summary: 'explicit (default): the answer must say yes to exactly this transaction; status: any 2xx',
  },
  { name: 'allow-insecure-approval', summary: 'accept an approval service over plain http' },
  REFERENCE_FLAGS.period,
  REFERENCE_FLAGS.runOnce,
  REFERENCE_FLAGS.wallets,
  REFERENCE_FLAGS.transactionIds,
  { name: 'concurrency', value: 'COUNT', summary: 'transactions that are worked on at the same time' },
  REFERENCE_FLAGS.apiKey,
  { name: 'api-url', value: 'URL', summary: 'base address of the Tatum API' },
  JOURNAL,
  ...SETTINGS_FLAGS,
]
