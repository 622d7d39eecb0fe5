import { z } from 'zod'
import { setting } from '../setting.js'

export const logSchema = z.strictObject({
  level: setting(z.enum(['debug', 'info', 'warn', 'error']).default('info'), {
    kind: 'text',
    description: 'Least severe events that are logged: debug, info, warn or error.',
    flags: [{ name: 'logLevel', value: 'level' }],
    variables: [
      { name: 'KEYWARD_LOG_LEVEL' },
      {
        name: 'TATUM_KMS_DEBUG_MODE',
        summary: 'true or 1: the same as the log level debug. Signed transactions are never logged.',
        read: (text) => (['true', '1'].includes(text.toLowerCase()) ? 'debug' : undefined),
      },
    ],
  }),
  format: setting(z.enum(['auto', 'human', 'json']).default('auto'), {
    kind: 'text',
    description: '`human` is one short line per event, `json` one object per line; `auto` is human on a terminal.',
    flags: [{ name: 'logFormat', value: 'format' }],
    variables: [{ name: 'KEYWARD_LOG_FORMAT' }],
  }),
})
