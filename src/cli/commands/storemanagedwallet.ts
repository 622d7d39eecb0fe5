import type { CommandSpec, FlagSpec } from '../command.js'
import { REFERENCE_FLAGS, SETTINGS_FLAGS } from '../flags.js'
import { isTyped, withSecretInput } from '../secret-input.js'
import type { SecretInput } from '../secret-input.js'
import { withChain } from '../session.js'

const MNEMONIC_FILE: FlagSpec = { name: 'mnemonic-file', value: 'FILE', summary: 'read the mnemonic from this file' }
const INPUT: SecretInput = {
  what: 'mnemonic',
  question: 'Enter mnemonic to store:',
  fileFlag: MNEMONIC_FILE.name,
}

export const storeManagedWallet: CommandSpec = {
  name: 'storemanagedwallet',
  group: 'Wallets',
  summary: 'store the wallet of a mnemonic you have, and print its signatureId',
  details: [
    'The mnemonic is typed, piped in as one line, or read from a file. It is stored only if its words and checksum are right.',
    'When it is piped, the password comes from TATUM_KMS_PASSWORD or the reference in the configuration.',
  ],
  arguments: [{ name: 'CHAIN', summary: 'e.g. BTC or ETH' }],
  flags: [REFERENCE_FLAGS.testnet, MNEMONIC_FILE, ...SETTINGS_FLAGS],
  examples: [
    ['keyward storemanagedwallet BTC', 'asks for the password, then for the mnemonic'],
    ['keyward storemanagedwallet ETH --mnemonic-file /run/secrets/words', 'from a file'],
    ['pass show wallet | keyward storemanagedwallet ETH --testnet', 'from a password manager'],
  ],
  reference: true,
  run: (context, args) =>
    withChain(context, args, async (app, { keys, definition }) => {
      const { wipeMaterial } = await import('../../core/wallet.js')
      const { nameWallet, storeWallet } = await import('../new-wallet.js')
      const { network } = app.settings
      const readDraft = () => withSecretInput(context, args, INPUT, (mnemonic) => keys.fromMnemonic(mnemonic, network))
      // A person is asked for the password first, as in the reference tool. What needs no person is checked before a store is opened or created.
      const readEarly = isTyped(context, args, INPUT) ? undefined : await readDraft()
      const backend = await app.backend().catch((problem: unknown) => {
        if (readEarly !== undefined) wipeMaterial(readEarly.material)
        throw problem
      })
      const wallet = nameWallet(readEarly ?? (await readDraft()), definition, network)
      await context.output.json(await storeWallet(backend, wallet))
    }),
}
