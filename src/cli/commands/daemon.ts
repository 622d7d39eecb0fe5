import type { CommandSpec } from '../command.js'
import { DAEMON_FLAGS } from '../flags.js'

export const daemon: CommandSpec = {
  name: 'daemon',
  group: 'Signing',
  summary: 'sign pending transactions until it is told to stop',
  details: [
    'Polls the Tatum API, has each transaction approved, signs it in this process and broadcasts it exactly once. On a main network it does not start without an approval service.',
    'Ctrl-C or SIGTERM stops it in order: what is signed is sent, nothing new is begun.',
  ],
  flags: DAEMON_FLAGS,
  examples: [
    ['keyward daemon --config keyward.yaml', 'everything from a configuration'],
    ['keyward daemon --testnet --chain BTC,ETH', 'two chains of the test network'],
    [
      'keyward daemon --external-url https://approvals.example.com/kms --chain ETH',
      'the main network, with the four-eye check',
    ],
    ['keyward daemon --testnet --run-once', 'one round, e.g. from a timer'],
  ],
  reference: true,
  stopsInOrder: true,
  run: async (context, args) => (await import('../daemon-run.js')).runDaemon(context, args),
}
