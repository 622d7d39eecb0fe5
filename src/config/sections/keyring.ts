import { z } from 'zod'
import { setting } from '../setting.js'
import { wholeNumber } from '../values.js'

export const keyringSchema = z.strictObject({
  cacheSeconds: setting(z.number().min(0).max(86_400).default(300), {
    kind: 'number',
    description: 'How long an opened wallet may stay in memory after it was read; 0 reads it for every use.',
    variables: [{ name: 'KEYWARD_KEYRING_CACHE_SECONDS' }],
  }),
  maxWallets: setting(wholeNumber(1, 100_000).default(1000), {
    kind: 'number',
    description: 'Opened wallets in memory at most; the longest unused one is wiped first.',
    variables: [{ name: 'KEYWARD_KEYRING_MAX_WALLETS' }],
  }),
})
