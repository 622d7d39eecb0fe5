import { z } from 'zod'
import { secretReferenceSchema } from '../../core/secret-reference.js'
import { FLAG_KEY } from '../references.js'
import { setting } from '../setting.js'
import { DAY_MS, secureBaseUrl, wholeNumber } from '../values.js'

export const apiSchema = z.strictObject({
  url: setting(secureBaseUrl.default('https://api.tatum.io'), {
    kind: 'text',
    description: 'Base address of the Tatum API; https unless it is on the loopback interface.',
    flags: [{ name: 'apiUrl', value: 'url' }],
    variables: [{ name: 'TATUM_API_URL' }],
  }),
  key: setting(secretReferenceSchema.optional(), {
    kind: 'secret',
    description: 'Reference to the Tatum API key, e.g. `file:/run/secrets/tatum-api-key`.',
    defaultText: 'none; commands that need the key say so',
    flags: [
      {
        name: 'apiKey',
        value: 'key',
        summary:
          'The Tatum API key, or a reference to it. Other users of the machine can read a key that is given here.',
        read: (text) => (/^(env|file|fd):/.test(text) ? text : FLAG_KEY),
      },
    ],
    variables: [
      { name: 'TATUM_API_KEY', secret: true, summary: 'The Tatum API key itself.', read: () => 'env:TATUM_API_KEY' },
    ],
  }),
  testnetType: setting(
    z
      .string()
      .regex(/^[A-Za-z0-9-]{1,64}$/, 'is not the name of a test network')
      .default('ethereum-sepolia'),
    {
      kind: 'text',
      description: 'Which test network a testnet API key stands for (header `x-testnet-type`).',
      variables: [{ name: 'TESTNET_TYPE' }],
    },
  ),
  deadlineMs: setting(wholeNumber(100, DAY_MS).default(30_000), {
    kind: 'number',
    description: 'Longest time for one call with all its retries, in milliseconds.',
    variables: [{ name: 'KEYWARD_API_DEADLINE_MS' }],
  }),
  retries: setting(wholeNumber(0, 100).default(5), {
    kind: 'number',
    description: 'How often a call that may be repeated is repeated.',
    variables: [{ name: 'TATUM_RETRIES' }],
  }),
  retryDelayMs: setting(wholeNumber(0, DAY_MS).default(1000), {
    kind: 'number',
    description: 'First wait before a repetition, in milliseconds; it doubles from then on.',
    variables: [{ name: 'TATUM_RETRY_DELAY' }],
  }),
  connections: setting(wholeNumber(1, 1024).default(128), {
    kind: 'number',
    description: 'Connections to the API at the same time.',
    variables: [{ name: 'KEYWARD_API_CONNECTIONS' }],
  }),
})
