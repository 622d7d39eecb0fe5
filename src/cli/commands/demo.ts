import type { CommandSpec } from '../command.js'

export const demo: CommandSpec = {
  name: 'demo',
  group: 'Trying it out',
  summary: 'see wallets made, approved, signed and paid on a local chain, in a minute',
  details: [
    'Everything happens on this machine in a temporary folder, which is removed at the end. Needs no account and no network.',
  ],
  flags: [],
  examples: [['keyward demo', 'the whole walk of a transaction, explained step by step']],
  stopsInOrder: true,
  run: async (context, args) => (await import('../demo-run.js')).runDemo(context, args),
}
