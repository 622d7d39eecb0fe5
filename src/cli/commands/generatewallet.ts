import type { CommandSpec } from '../command.js'
import { confirmShowing } from '../confirm.js'
import { REFERENCE_FLAGS, YES } from '../flags.js'

export const generateWallet: CommandSpec = {
  name: 'generatewallet',
  group: 'Wallets',
  summary: 'make a wallet and print it, secret included, without storing it',
  details: ['Nothing is kept: what is printed is the only copy. Needs no configuration and no network.'],
  arguments: [{ name: 'CHAIN', summary: 'e.g. BTC or ETH' }],
  flags: [REFERENCE_FLAGS.testnet, YES],
  examples: [
    ['keyward generatewallet BTC', 'a Bitcoin wallet for the main network'],
    ['keyward generatewallet ETH --testnet --yes', 'an Ethereum wallet for the test network, without a question'],
  ],
  reference: true,
  run: async (context, args) => {
    const { createChainRegistry } = await import('../../chains/index.js')
    const { networkOf } = await import('../../core/ids.js')
    const { wipeMaterial } = await import('../../core/wallet.js')
    const { draftJson } = await import('../wallet-json.js')
    const chains = createChainRegistry()
    const chain = await chains.load(chains.resolve(args.operand('CHAIN')))
    await confirmShowing(context, args, 'the secret of a new wallet')
    const draft = chain.keys.generate(networkOf(args.has('testnet')))
    try {
      await context.output.json(draftJson(draft, chain.definition))
    } finally {
      wipeMaterial(draft.material)
    }
  },
}
