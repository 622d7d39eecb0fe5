import { z } from 'zod'
import { pendingIdSchema, signatureIdSchema } from '../../core/ids.js'
import { setting } from '../setting.js'
import { listOf, wholeNumber } from '../values.js'

/** Names are checked by the chain registry, which knows aliases too; here only that they look like names. */
const chainName = z
  .string()
  .trim()
  .regex(/^[A-Za-z][A-Za-z0-9 _.-]{0,31}$/, 'is not the name of a chain')

export const daemonSchema = z.strictObject({
  chains: setting(listOf(chainName, 200).optional(), {
    kind: 'list',
    description: 'Chains that are served, by code or name in any case.',
    defaultText: 'all chains',
    flags: [{ name: 'chain', value: 'chains' }],
    variables: [{ name: 'KEYWARD_CHAINS' }],
  }),
  periodSeconds: setting(z.number().min(0.1).max(86_400).default(5), {
    kind: 'number',
    description: 'Seconds from the start of one poll of a chain to the next; fractions are fine, the least is 0.1.',
    flags: [{ name: 'period', value: 'seconds' }],
    variables: [{ name: 'KEYWARD_DAEMON_PERIOD_SECONDS' }],
  }),
  concurrency: setting(wholeNumber(1, 10_000).default(256), {
    kind: 'number',
    description: 'Transactions that are worked on at the same time, over all chains.',
    flags: [{ name: 'concurrency', value: 'count' }],
    variables: [{ name: 'KEYWARD_DAEMON_CONCURRENCY' }],
  }),
  runOnce: setting(z.boolean().default(false), {
    kind: 'boolean',
    description: 'Poll once, finish what was found, and exit.',
    flags: [{ name: 'runOnce' }],
    variables: [{ name: 'KEYWARD_DAEMON_RUN_ONCE' }],
  }),
  wallets: setting(listOf(signatureIdSchema, 25_000).optional(), {
    kind: 'list',
    description: 'Sign with these wallets only (signatureIds).',
    defaultText: 'all wallets of the store',
    flags: [{ name: 'wallets', value: 'ids' }],
    variables: [{ name: 'KEYWARD_DAEMON_WALLETS' }],
  }),
  transactionIds: setting(listOf(pendingIdSchema, 25_000).optional(), {
    kind: 'list',
    description: 'Sign these pending transactions only.',
    defaultText: 'all that are pending',
    flags: [{ name: 'transactionIds', value: 'ids' }],
    variables: [{ name: 'KEYWARD_DAEMON_TRANSACTION_IDS' }],
  }),
  relistSeconds: setting(z.number().min(1).max(86_400).default(60), {
    kind: 'number',
    description:
      'Seconds until the wallets of a backend that cannot tell whether anything has changed are listed again.',
    variables: [{ name: 'KEYWARD_DAEMON_RELIST_SECONDS' }],
  }),
  shutdownSeconds: setting(z.number().min(0).max(3600).default(20), {
    kind: 'number',
    description: 'How long transactions in flight may take to finish after a stop signal.',
    variables: [{ name: 'KEYWARD_DAEMON_SHUTDOWN_SECONDS' }],
  }),
})
