import { z } from 'zod'
import { backendConfigSchema, secretConnectionsSchema } from '../backends/index.js'
import { apiSchema } from './sections/api.js'
import { approvalSchema } from './sections/approval.js'
import { cacheSchema } from './sections/cache.js'
import { chainsSchema } from './sections/chains.js'
import { daemonSchema } from './sections/daemon.js'
import { journalSchema } from './sections/journal.js'
import { keyringSchema } from './sections/keyring.js'
import { logSchema } from './sections/log.js'
import { setting } from './setting.js'

/** The configuration file, exactly: sections and settings that are not in here are refused. */
export const configFileSchema = z.strictObject({
  testnet: setting(z.boolean().default(false), {
    kind: 'boolean',
    description: 'Work on the test networks instead of the main networks.',
    flags: [{ name: 'testnet' }],
    variables: [{ name: 'KEYWARD_TESTNET' }],
  }),
  backend: backendConfigSchema.prefault({ type: 'file' }),
  references: secretConnectionsSchema.prefault({}),
  api: apiSchema.prefault({}),
  chains: chainsSchema.prefault({}),
  daemon: daemonSchema.prefault({}),
  approval: approvalSchema.prefault({}),
  cache: cacheSchema.prefault({}),
  keyring: keyringSchema.prefault({}),
  journal: journalSchema.prefault({}),
  log: logSchema.prefault({}),
})

export type ConfigFile = z.output<typeof configFileSchema>
