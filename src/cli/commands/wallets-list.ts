import type { CommandSpec, FlagSpec } from '../command.js'
import { NETWORK, SETTINGS_FLAGS } from '../flags.js'
import { withApp } from '../session.js'

const CHAIN: FlagSpec = { name: 'chain', value: 'CHAIN', summary: 'only wallets of this chain' }

export const listWallets: CommandSpec = {
  name: 'wallets list',
  group: 'Wallets',
  readsOnly: true,
  summary: 'list the stored wallets without their secrets',
  flags: [CHAIN, NETWORK, ...SETTINGS_FLAGS],
  examples: [
    ['keyward wallets list', 'all wallets'],
    ['keyward wallets list --chain ETH --network testnet', 'those of one chain and network'],
  ],
  run: (context, args) =>
    withApp(context, args, 'fail', async (app) => {
      const { descriptorJson } = await import('../wallet-json.js')
      const { parseNetwork } = await import('../wallet-arguments.js')
      const { printList } = await import('../print-list.js')
      const name = args.text('chain')
      const chain = name === undefined ? undefined : app.chains.resolve(name)
      const network = parseNetwork(args.text('network'))
      const backend = await app.backend()
      const filter = { ...(chain === undefined ? {} : { chain }), ...(network === undefined ? {} : { network }) }
      await printList(context, backend.list(filter), descriptorJson)
    }),
}
