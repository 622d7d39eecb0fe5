import type { CommandSpec } from '../command.js'
import { SETTINGS_FLAGS } from '../flags.js'
import { withApp } from '../session.js'

export const getAddress: CommandSpec = {
  name: 'getaddress',
  group: 'Wallets',
  readsOnly: true,
  summary: 'print an address of a stored wallet',
  details: [
    'The address is derived from the stored secret, so it is one that this wallet can really sign for. A wallet that is a single key needs no index.',
  ],
  arguments: [
    { name: 'ID', summary: 'signatureId of the wallet' },
    { name: 'INDEX', summary: 'which address of the mnemonic, from 0 to 2147483647', optional: true },
  ],
  flags: SETTINGS_FLAGS,
  examples: [['keyward getaddress 4057be77-70f3-4a1a-a0da-dfa083830513 0', 'the first address']],
  reference: true,
  run: (context, args) =>
    withApp(context, args, 'fail', async (app) => {
      const { parseSignatureId } = await import('../../core/ids.js')
      const { parseIndex } = await import('../wallet-arguments.js')
      const { addressOf, withWallet } = await import('../wallet-keys.js')
      const id = parseSignatureId(args.operand('ID'))
      const index = parseIndex(args.optionalOperand('INDEX'))
      await withWallet(app, id, async (wallet, chain) => {
        await context.output.json({ address: addressOf(wallet, chain, index) })
      })
    }),
}
