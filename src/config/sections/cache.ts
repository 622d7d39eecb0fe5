import { z } from 'zod'
import { setting } from '../setting.js'
import { wholeNumber } from '../values.js'

/** For backends that are asked over a network; the wallet file is in memory anyway. */
export const cacheSchema = z.strictObject({
  ttlSeconds: setting(z.number().min(0).max(86_400).default(300), {
    kind: 'number',
    description:
      'How long the daemon uses a wallet of a remote backend without reading it again; 0 reads it for every use.',
    variables: [{ name: 'KEYWARD_CACHE_TTL_SECONDS' }],
  }),
  keepSeconds: setting(z.number().min(0).max(604_800).default(3600), {
    kind: 'number',
    description: 'How much longer it may sign with such a wallet while the backend does not answer or is sealed.',
    variables: [{ name: 'KEYWARD_CACHE_KEEP_SECONDS' }],
  }),
  maxWallets: setting(wholeNumber(1, 1_000_000).default(25_000), {
    kind: 'number',
    description: 'Wallets of a remote backend in memory at most; the longest unused one is wiped first.',
    variables: [{ name: 'KEYWARD_CACHE_MAX_WALLETS' }],
  }),
  warmUp: setting(z.boolean().default(false), {
    kind: 'boolean',
    description: 'Read all wallets of a remote backend before the first poll, instead of each when it is needed.',
    variables: [{ name: 'KEYWARD_CACHE_WARM_UP' }],
  }),
})
