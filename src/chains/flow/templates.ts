import type { Network } from '../../core/ids.js'

/*
 * The transactions that requests name by their type, in Cadence 1.0. The reference's own texts are older and do not run any more since September 2024. Changing
 * a letter here makes another script: plans that were made before are then no longer recognised. Contracts: https://developers.flow.com/build/cadence/core-contracts
 */

export type Currency = 'FLOW' | 'FUSD'
export type TemplateName = Currency | 'create-account' | 'add-key'

interface Token {
  readonly contract: string
  readonly address: Readonly<Record<Network, string>>
  readonly vault: string
  readonly receiver: string
}

const TOKENS: Readonly<Record<Currency, Token>> = {
  FLOW: {
    contract: 'FlowToken',
    address: { mainnet: '1654653399040a61', testnet: '7e60df042a9c0868' },
    vault: '/storage/flowTokenVault',
    receiver: '/public/flowTokenReceiver',
  },
  FUSD: {
    contract: 'FUSD',
    address: { mainnet: '3c5959b568896393', testnet: 'e223d8a629e49c68' },
    vault: '/storage/fusdVault',
    receiver: '/public/fusdReceiver',
  },
}
const FUNGIBLE_TOKEN: Readonly<Record<Network, string>> = {
  mainnet: 'f233dcee88fe0abe',
  testnet: '9a0766d93b6608b7',
}

const transfer = (currency: Currency, network: Network): string => {
  const { contract, address, vault, receiver } = TOKENS[currency]
  return `import FungibleToken from 0x${FUNGIBLE_TOKEN[network]}
import ${contract} from 0x${address[network]}

transaction(amount: UFix64, to: Address) {
    let payment: @{FungibleToken.Vault}

    prepare(signer: auth(BorrowValue) &Account) {
        let vault = signer.storage.borrow<auth(FungibleToken.Withdraw) &${contract}.Vault>(from: ${vault})
            ?? panic("the paying account has no vault of ${contract}")
        self.payment <- vault.withdraw(amount: amount)
    }

    execute {
        let receiver = getAccount(to).capabilities.borrow<&{FungibleToken.Receiver}>(${receiver})
            ?? panic("the recipient cannot receive ${contract}")
        receiver.deposit(from: <-self.payment)
    }
}
`
}

const ADDED_KEY = `keys.add(
            publicKey: PublicKey(
                publicKey: publicKey.decodeHex(),
                signatureAlgorithm: SignatureAlgorithm.ECDSA_secp256k1
            ),
            hashAlgorithm: HashAlgorithm.SHA3_256,
            weight: weight
        )`

const CREATE_ACCOUNT = `transaction(publicKey: String, weight: UFix64) {
    prepare(signer: auth(BorrowValue) &Account) {
        let account = Account(payer: signer)
        account.${ADDED_KEY}
    }
}
`

const ADD_KEY = `transaction(publicKey: String, weight: UFix64) {
    prepare(signer: auth(AddKey) &Account) {
        signer.${ADDED_KEY}
    }
}
`

/** The Cadence text of a template. */
export function scriptOf(name: TemplateName, network: Network): string {
  switch (name) {
    case 'FLOW':
    case 'FUSD':
      return transfer(name, network)
    case 'create-account':
      return CREATE_ACCOUNT
    case 'add-key':
      return ADD_KEY
  }
}

const NAMES: readonly TemplateName[] = ['FLOW', 'FUSD', 'create-account', 'add-key']

/** The template whose text this is, letter by letter. */
export const templateOf = (script: string, network: Network): TemplateName | undefined =>
  NAMES.find((name) => scriptOf(name, network) === script)

/** `A.{address}.{contract}`: how Flow names a contract. */
export function contractOf(currency: Currency, network: Network): string {
  const { address, contract } = TOKENS[currency]
  return `A.${address[network]}.${contract}`
}
