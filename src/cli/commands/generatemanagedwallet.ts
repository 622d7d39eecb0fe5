import type { CommandSpec } from '../command.js'
import { REFERENCE_FLAGS, SETTINGS_FLAGS } from '../flags.js'
import { withChain } from '../session.js'

export const generateManagedWallet: CommandSpec = {
  name: 'generatemanagedwallet',
  group: 'Wallets',
  summary: 'make a wallet, store it, and print its signatureId',
  details: ['The wallet is durable when its signatureId appears. A store that does not exist yet is created.'],
  arguments: [{ name: 'CHAIN', summary: 'e.g. BTC or ETH' }],
  flags: [REFERENCE_FLAGS.testnet, ...SETTINGS_FLAGS],
  examples: [
    ['keyward generatemanagedwallet BTC', 'a wallet for the main network in the default store'],
    ['keyward generatemanagedwallet ETH --testnet --config keyward.yaml', 'in the backend that a configuration names'],
  ],
  reference: true,
  run: (context, args) =>
    withChain(context, args, async (app, chain) => {
      const { nameWallet, storeWallet } = await import('../new-wallet.js')
      const backend = await app.backend()
      const { network } = app.settings
      const wallet = nameWallet(chain.keys.generate(network), chain.definition, network)
      await context.output.json(await storeWallet(backend, wallet))
    }),
}
