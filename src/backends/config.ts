import { z } from 'zod'
import { awsConfigSchema } from './aws/config.js'
import { azureConfigSchema } from './azure/config.js'
import { fileConfigSchema } from './file/config.js'
import { vaultConfigSchema } from './vault/config.js'
import { vgsConfigSchema } from './vgs/config.js'

/** Which product keeps the wallets. Adding one is a folder beside `file`, a member here and a line in `index.ts`: docs/adding-a-backend.md. */
export const backendConfigSchema = z.discriminatedUnion('type', [
  fileConfigSchema,
  awsConfigSchema,
  azureConfigSchema,
  vaultConfigSchema,
  vgsConfigSchema,
])
export type BackendConfig = z.output<typeof backendConfigSchema>
