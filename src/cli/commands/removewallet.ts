import type { CommandSpec, FlagSpec } from '../command.js'
import { SETTINGS_FLAGS, YES } from '../flags.js'
import { withApp } from '../session.js'

const PERMANENT: FlagSpec = { name: 'permanent', summary: 'remove for good, where the backend could bring it back' }

export const removeWallet: CommandSpec = {
  name: 'removewallet',
  group: 'Wallets',
  summary: 'remove a wallet from the store',
  details: [
    'On a terminal the wallet is shown without its secret and you are asked first. Coins at its addresses stay there: without another copy of the secret nobody can move them.',
    'A removal that the backend cannot undo, or --permanent, is asked about twice; without a terminal it needs --permanent --yes.',
  ],
  arguments: [{ name: 'ID', summary: 'signatureId of the wallet' }],
  flags: [PERMANENT, YES, ...SETTINGS_FLAGS],
  examples: [
    ['keyward removewallet 4057be77-70f3-4a1a-a0da-dfa083830513', 'asks, then removes'],
    ['keyward removewallet 4057be77-70f3-4a1a-a0da-dfa083830513 --permanent --yes', 'for good, without a question'],
  ],
  reference: true,
  run: (context, args) =>
    withApp(context, args, 'fail', async (app) => {
      const { parseSignatureId } = await import('../../core/ids.js')
      const { removeManagedWallet } = await import('../remove-wallet.js')
      const id = parseSignatureId(args.operand('ID'))
      await removeManagedWallet(context, args, await app.backend(), id)
    }),
}
