import type { CommandSpec } from '../command.js'
import { confirmShowing } from '../confirm.js'
import { SETTINGS_FLAGS, YES } from '../flags.js'
import { withApp } from '../session.js'

export const getPrivateKey: CommandSpec = {
  name: 'getprivatekey',
  group: 'Wallets',
  summary: 'print the private key of a stored wallet',
  details: ['A wallet that is a single key needs no index: its stored key is printed.'],
  arguments: [
    { name: 'ID', summary: 'signatureId of the wallet' },
    { name: 'INDEX', summary: 'which key of the mnemonic, from 0 to 2147483647', optional: true },
  ],
  flags: [YES, ...SETTINGS_FLAGS],
  examples: [['keyward getprivatekey 4057be77-70f3-4a1a-a0da-dfa083830513 0', 'the first key']],
  reference: true,
  run: (context, args) =>
    withApp(context, args, 'fail', async (app) => {
      const { parseSignatureId } = await import('../../core/ids.js')
      const { parseIndex } = await import('../wallet-arguments.js')
      const { privateKeyOf, withWallet } = await import('../wallet-keys.js')
      const id = parseSignatureId(args.operand('ID'))
      const index = parseIndex(args.optionalOperand('INDEX'))
      await withWallet(app, id, async (wallet, chain) => {
        const key = privateKeyOf(wallet, chain, index)
        try {
          await confirmShowing(context, args, `a private key of wallet ${id}`)
          await context.output.json({ privateKey: key.text() })
        } finally {
          key.wipe()
        }
      })
    }),
}
