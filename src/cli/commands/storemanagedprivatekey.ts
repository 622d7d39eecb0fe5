import type { CommandSpec, FlagSpec } from '../command.js'
import { REFERENCE_FLAGS, SETTINGS_FLAGS } from '../flags.js'
import { withSecretInput } from '../secret-input.js'
import type { SecretInput } from '../secret-input.js'
import { withChain } from '../session.js'

const KEY_FILE: FlagSpec = { name: 'key-file', value: 'FILE', summary: 'read the private key from this file' }
const INPUT: SecretInput = {
  what: 'private key',
  question: 'Enter private key to store:',
  fileFlag: KEY_FILE.name,
}

export const storeManagedPrivateKey: CommandSpec = {
  name: 'storemanagedprivatekey',
  group: 'Wallets',
  summary: 'store a private key you have, and print its signatureId',
  details: [
    'The key is typed, piped in as one line, or read from a file. It is stored only if it is a key of this chain and network.',
    'When it is piped, the password comes from TATUM_KMS_PASSWORD or the reference in the configuration.',
  ],
  arguments: [{ name: 'CHAIN', summary: 'e.g. BTC or ETH' }],
  flags: [REFERENCE_FLAGS.testnet, KEY_FILE, ...SETTINGS_FLAGS],
  examples: [
    ['keyward storemanagedprivatekey ETH', 'asks for the key, then for the password'],
    ['keyward storemanagedprivatekey BTC --key-file /run/secrets/wif', 'from a file'],
    ['pass show key | keyward storemanagedprivatekey ETH --testnet', 'from a password manager'],
  ],
  reference: true,
  run: (context, args) =>
    withChain(context, args, async (app, chain) => {
      const { wipeWallet } = await import('../../core/wallet.js')
      const { nameWallet, storeWallet } = await import('../new-wallet.js')
      const { network } = app.settings
      const draft = await withSecretInput(context, args, INPUT, (key) => chain.keys.fromPrivateKey(key, network))
      const wallet = nameWallet(draft, chain.definition, network)
      try {
        const { signatureId } = await storeWallet(await app.backend(), wallet)
        await context.output.json({ signatureId })
      } finally {
        wipeWallet(wallet)
      }
    }),
}
