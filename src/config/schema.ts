import { z } from 'zod'
import { backendConfigSchema } from '../backends/index.js'
import { apiSchema } from './sections/api.js'
import { approvalSchema } from './sections/approval.js'
import { daemonSchema } from './sections/daemon.js'
import { journalSchema } from './sections/journal.js'
import { keyringSchema } from './sections/keyring.js'
import { logSchema } from './sections/log.js'
import { setting } from './setting.js'
import { listOf } from './values.js'

/** Names are checked by the chain registry, which knows aliases too; here only that they look like names. */
const chainName = z
  .string()
  .trim()
  .regex(/^[A-Za-z][A-Za-z0-9 _.-]{0,31}$/, 'is not the name of a chain')

/** The configuration file, exactly: sections and settings that are not in here are refused. */
export const configFileSchema = z.strictObject({
  testnet: setting(z.boolean().default(false), {
    kind: 'boolean',
    description: 'Work on the test networks instead of the main networks.',
    flags: [{ name: 'testnet' }],
    variables: [{ name: 'KEYWARD_TESTNET' }],
  }),
  chains: setting(listOf(chainName, 200).optional(), {
    kind: 'list',
    description: 'Chains that the daemon serves, by code or name in any case.',
    defaultText: 'all chains',
    flags: [{ name: 'chain', value: 'chains' }],
    variables: [{ name: 'KEYWARD_CHAINS' }],
  }),
  backend: backendConfigSchema.prefault({ type: 'file' }),
  api: apiSchema.prefault({}),
  daemon: daemonSchema.prefault({}),
  approval: approvalSchema.prefault({}),
  keyring: keyringSchema.prefault({}),
  journal: journalSchema.prefault({}),
  log: logSchema.prefault({}),
})

export type ConfigFile = z.output<typeof configFileSchema>
