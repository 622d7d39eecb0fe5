import { Address } from 'algosdk'
import { z } from 'zod'
import { definitions } from '../../../src/chains/algorand/definition.js'
import { loadAlgorand } from '../../../src/chains/algorand/index.js'
import type { PendingTransaction } from '../../../src/core/pending-transaction.js'
import { Secret } from '../../../src/core/secret.js'
import type { SigningPlan } from '../../../src/core/signing-plan.js'
import { pendingFor, planFor } from '../../kit/account-chain.js'
import { managed } from '../../kit/chain-suite.js'

const [definition] = definitions
if (definition === undefined) throw new Error('the family has a chain')
export const algorand = loadAlgorand(definition.code)

const walletOf = (secret: string) =>
  managed(algorand, algorand.keys.fromPrivateKey(Secret.fromText(secret), 'testnet'), 'testnet')
export const SECRET =
  'FGR2AMMBFGBQSOQ3WNEOGIMSQKM6YZLE2ARJOHT7Z4YRB3W734MMI5VWZVLQQ47LOFKJI43UBT3RH6IDK4REWO37UEULBRPH22RE4NY'
export const wallet = walletOf(SECRET)
export const otherWallet = walletOf(
  'BKTQNMYXD6I4OXKGTAW4U5COLIPLVFP2QLSM2IRBEZG3U6GZ2CK4RUIF453W2IMJ5XWQHBAGO7GR7JB36GMRLNTH3DAQSXZBSIKYCLA',
)
export const SENDER = 'YR3LNTKXBBZ6W4KUSRZXIDHXCP4QGVZCJM5X7IJIWDC6PVVCJY3TCV2IPQ'
export const RECIPIENT = 'H74SSYIZVCINV7WQDKWBMOJW7NQQSVLJSNBJZGAAZEF6TADKN7HBHKLXQU'
export const OTHER = 'ZDIQLZ3XNUQYT3PNAOCAM56ND6SDX4MZCW3GPWGBBFPSDEQVQEWI4HMGUY'
export const ZERO = 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAY5HFKQ'

export const TESTNET = Buffer.from('SGO1GKSzyE7IEPItTxCByw9x8FmnrCDexi9/cOUJOiI=', 'base64')
export const MAINNET = Buffer.from('wGHE2Pwdvd7S12BL5FaOP20EGYesN73ktiC1qzkkit8=', 'base64')

/** Bytes as the requester's library writes them: an object of numbers by place. */
export const indexed = (bytes: Uint8Array) => Object.fromEntries(Array.from(bytes, (byte, place) => [place, byte]))

/** An address as the requester's library writes it. */
export function account(address: string) {
  const { publicKey } = Address.fromString(address)
  return { publicKey: indexed(publicKey), checksum: indexed(Address.fromString(address).checksum()) }
}

const common = {
  name: 'Transaction',
  tag: { type: 'Buffer', data: [84, 88] },
  from: account(SENDER),
  flatFee: true,
  fee: 1000,
  firstRound: 40_000_000,
  lastRound: 40_001_000,
  genesisID: 'testnet-v1.0',
  genesisHash: TESTNET,
  note: {},
  lease: {},
  appArgs: [],
}
export const payment = { ...common, type: 'pay', to: account(RECIPIENT), amount: 1_500_000 }
export const assetTransfer = { ...common, type: 'axfer', to: account(RECIPIENT), amount: 25, assetIndex: 10_458_941 }
export const assetCreation = {
  ...common,
  type: 'acfg',
  assetTotal: 100_000,
  assetDecimals: 2,
  assetDefaultFrozen: false,
  assetUnitName: 'SYM',
  assetName: 'Name',
  assetURL: 'https://example.org',
  assetManager: account(SENDER),
}
export const assetFreeze = {
  ...common,
  type: 'afrz',
  assetIndex: 7,
  freezeAccount: account(RECIPIENT),
  freezeState: true,
}
export { common }

export const pendingOf = (members: unknown, more?: Readonly<Record<string, unknown>>): PendingTransaction =>
  pendingFor(algorand, wallet, typeof members === 'string' ? members : JSON.stringify(members), more)

/** read -> prepare, by the first wallet. */
export const planOf = (members: unknown): Promise<SigningPlan> =>
  planFor(algorand, { pending: pendingOf(members), network: 'testnet', wallets: [wallet] })

const bodySchema = z.object({ unsigned: z.string() })
/** The bytes in a plan, as hexadecimal. */
export const unsignedOf = ({ body }: SigningPlan): string => bodySchema.parse(body).unsigned
