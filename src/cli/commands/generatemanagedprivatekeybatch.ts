import type { CommandSpec } from '../command.js'
import { REFERENCE_FLAGS, SETTINGS_FLAGS } from '../flags.js'
import { withChain } from '../session.js'

const MAX_KEYS = 1_000_000

export const generateManagedPrivateKeyBatch: CommandSpec = {
  name: 'generatemanagedprivatekeybatch',
  group: 'Wallets',
  summary: 'make and store many single keys, and print a line for each',
  details: [
    'A line {"signatureId":"…","address":"…"} appears when its key is durable, and not before. Ctrl-C stops in order: what was printed is stored.',
  ],
  arguments: [
    { name: 'CHAIN', summary: 'e.g. BTC or ETH' },
    { name: 'COUNT', summary: `how many keys, at most ${MAX_KEYS}` },
  ],
  flags: [REFERENCE_FLAGS.testnet, ...SETTINGS_FLAGS],
  examples: [['keyward generatemanagedprivatekeybatch ETH 1000 > addresses.jsonl', 'a thousand deposit addresses']],
  reference: true,
  stopsInOrder: true,
  run: (context, args) =>
    withChain(context, args, async (app, chain) => {
      const { generateKeys } = await import('../generate-keys.js')
      const { parseCount } = await import('../wallet-arguments.js')
      const count = parseCount(args.operand('COUNT'), 'COUNT', MAX_KEYS)
      if (count > 0) await generateKeys(context, await app.backend(), { chain, network: app.settings.network, count })
    }),
}
