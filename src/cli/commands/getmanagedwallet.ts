import type { CommandSpec } from '../command.js'
import { confirmShowing } from '../confirm.js'
import { SETTINGS_FLAGS, YES } from '../flags.js'
import { withApp } from '../session.js'

export const getManagedWallet: CommandSpec = {
  name: 'getmanagedwallet',
  group: 'Wallets',
  summary: 'print a stored wallet, secret included',
  arguments: [{ name: 'ID', summary: 'signatureId of the wallet' }],
  flags: [YES, ...SETTINGS_FLAGS],
  examples: [['keyward getmanagedwallet 4057be77-70f3-4a1a-a0da-dfa083830513', 'mnemonic, xpub, chain and network']],
  reference: true,
  run: (context, args) =>
    withApp(context, args, 'fail', async (app) => {
      const { parseSignatureId } = await import('../../core/ids.js')
      const { wipeWallet } = await import('../../core/wallet.js')
      const { walletJson } = await import('../wallet-json.js')
      const id = parseSignatureId(args.operand('ID'))
      const backend = await app.backend()
      const wallet = await backend.get(id)
      try {
        await confirmShowing(context, args, `the secret of wallet ${id}`)
        const definition = app.chains.definitions.find(({ code }) => code === wallet.descriptor.chain)
        await context.output.json(walletJson(wallet, definition))
      } finally {
        wipeWallet(wallet)
      }
    }),
}
