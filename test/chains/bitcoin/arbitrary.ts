import fc from 'fast-check'
import { payments, Transaction } from 'bitcoinjs-lib'
import type { FamilyMember, Store } from './family.js'
import { btc } from './fixtures.js'

const IDS = [
  '68174303-0197-44ef-a93b-e95e554a629c',
  '4fa279d4-a364-4344-bd1a-c2f0edb3f545',
  '0c811eef-e2af-40d1-8bbf-f0255f9da1c4',
] as const
const SINGLE_KEY = IDS[2]

export const TYPES = ['p2wpkh', 'p2pkh', 'p2sh-p2wpkh', 'p2pk'] as const

/** Output scripts by the library, so that they are not made by what is under test. */
export function scriptFor(type: (typeof TYPES)[number], publicKey: string): string {
  const pubkey = Buffer.from(publicKey, 'hex')
  const payment = {
    p2wpkh: () => payments.p2wpkh({ pubkey }),
    p2pkh: () => payments.p2pkh({ pubkey }),
    'p2sh-p2wpkh': () => payments.p2sh({ redeem: payments.p2wpkh({ pubkey }) }),
    p2pk: () => payments.p2pk({ pubkey }),
  }[type]()
  return Buffer.from(payment.output ?? []).toString('hex')
}

const hexOf = (bytes: number): fc.Arbitrary<string> =>
  fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((data) => Buffer.from(data).toString('hex'))
const uint32 = fc.integer({ min: 0, max: 0xffffffff })

const foreignScript = fc.oneof(
  hexOf(20).map((hash) => `0014${hash}`),
  hexOf(20).map((hash) => `76a914${hash}88ac`),
  hexOf(20).map((hash) => `a914${hash}87`),
  hexOf(32).map((hash) => `0020${hash}`),
  hexOf(32).map((hash) => `5120${hash}`),
  hexOf(12).map((data) => `6a0c${data}`),
  fc.uint8Array({ maxLength: 60 }).map((data) => Buffer.from(data).toString('hex')),
)

export interface GeneratedTransaction {
  readonly pending: Readonly<Record<string, unknown>>
  readonly json: {
    readonly version: number
    readonly nLockTime: number
    readonly inputs: readonly {
      readonly prevTxId: string
      readonly outputIndex: number
      readonly sequenceNumber: number
      readonly output: { readonly satoshis: number; readonly script: string }
    }[]
    readonly outputs: readonly { readonly satoshis: number; readonly script: string }[]
  }
  readonly types: readonly (typeof TYPES)[number][]
}

interface Owner {
  readonly id: string
  readonly index: number | undefined
  readonly publicKey: string
}

export interface Arbitraries {
  /** Two mnemonic wallets and one single key, all of mainnet. */
  readonly store: Store
  /** A payment from these wallets as the server hands it over: any mixture of inputs, any outputs, a fee of 0 or more. */
  readonly transactions: fc.Arbitrary<GeneratedTransaction>
}

/** @param types the kinds of spent outputs that the chain's wallets can sign for. */
export function arbitrariesOf(member: FamilyMember, types: readonly (typeof TYPES)[number][] = TYPES): Arbitraries {
  const wallets = member.vectors.wallets.filter((wallet) => !wallet.testnet)
  const singleKey = wallets[2]?.keys[1]
  const mnemonicWallet = (place: number) => {
    const { mnemonic = '', xpub = '' } = wallets[place] ?? {}
    return { mnemonic, xpub, chain: member.code, testnet: false }
  }
  const store = member.storeOf({
    [IDS[0]]: mnemonicWallet(0),
    [IDS[1]]: mnemonicWallet(1),
    [SINGLE_KEY]: { privateKey: singleKey?.privateKey ?? '', chain: member.code, testnet: false },
  })
  /** The keys that the vectors know of these wallets. */
  const owners: readonly Owner[] = [
    ...[0, 1].flatMap((wallet) =>
      (wallets[wallet]?.keys ?? []).map(({ index, publicKey }) => ({ id: IDS[wallet] ?? '', index, publicKey })),
    ),
    { id: SINGLE_KEY, index: undefined, publicKey: singleKey?.publicKey ?? '' },
  ]
  return { store, transactions: transactionsOf(member, types, owners) }
}

function transactionsOf(
  member: FamilyMember,
  types: readonly (typeof TYPES)[number][],
  owners: readonly Owner[],
): fc.Arbitrary<GeneratedTransaction> {
  const cash = member.chain.definition.code === 'BCH'
  const input = fc.record({
    owner: fc.constantFrom(...owners),
    type: fc.constantFrom(...types),
    txId: hexOf(32).filter((id) => !/^0+$/.test(id)),
    vout: uint32,
    sequence: fc.oneof(uint32, fc.constantFrom(0, 0xfffffffd, 0xffffffff)),
    satoshis: fc.integer({ min: 1, max: 2_000_000_000 }),
  })
  const ownScript = fc
    .tuple(fc.constantFrom(...types), fc.constantFrom(...owners))
    .map(([type, { publicKey }]) => scriptFor(type, publicKey))
  const output = fc.record({ share: fc.nat(1000), script: fc.oneof(foreignScript, ownScript) })
  return fc
    .record({
      version: cash ? fc.constantFrom(1, 2) : fc.constantFrom(1, 2, 3, 0x7fffffff),
      nLockTime: uint32,
      inputs: fc.uniqueArray(input, { minLength: 1, maxLength: 6, selector: ({ txId, vout }) => `${txId}:${vout}` }),
      outputs: fc.array(output, { minLength: 1, maxLength: 5 }),
    })
    .map(({ version, nLockTime, inputs, outputs }) => {
      const sum = inputs.reduce((total, { satoshis }) => total + satoshis, 0)
      const shares = outputs.reduce((total, { share }) => total + share, 1)
      const paid = outputs.map(({ share, script }) => ({ satoshis: Math.floor((sum * share) / shares), script }))
      // A request of BCH cannot name a fee, and a large one that nobody named is refused.
      const [last] = paid.slice(-1)
      if (cash && last !== undefined) {
        const rest = paid.reduce((left, { satoshis }) => left - satoshis, sum)
        last.satoshis += rest - Math.min(rest, shares)
      }
      const json = {
        version,
        nLockTime,
        inputs: inputs.map(({ owner, type, txId, vout, sequence, satoshis }) => ({
          prevTxId: txId,
          outputIndex: vout,
          sequenceNumber: sequence,
          script: '',
          scriptString: '',
          output: { satoshis, script: scriptFor(type, owner.publicKey) },
        })),
        outputs: paid,
        fee: paid.reduce((rest, { satoshis }) => rest - satoshis, sum),
      }
      const named = inputs.map(({ owner: { id, index } }) => ({ id, index }))
      const indexed = named.filter(({ index }) => index !== undefined)
      const pending = {
        id: '3255f483568088ed32ef90b2',
        chain: member.code,
        ...(cash
          ? { signatures: named }
          : { hashes: [...new Set(inputs.map(({ owner }) => owner.id))], signatures: indexed }),
        serializedTransaction: cash ? hexAndAmounts(json) : JSON.stringify(json),
      }
      return { pending, json, types: inputs.map(({ type }) => type) }
    })
}

/** The form in which requests of BCH come, written by the library. */
export function hexAndAmounts({ version, nLockTime, inputs, outputs }: GeneratedTransaction['json']): string {
  const transaction = new Transaction()
  transaction.version = version
  transaction.locktime = nLockTime
  for (const { prevTxId, outputIndex, sequenceNumber } of inputs) {
    transaction.addInput(Buffer.from(prevTxId, 'hex').reverse(), outputIndex, sequenceNumber)
  }
  for (const { satoshis, script } of outputs) transaction.addOutput(Buffer.from(script, 'hex'), BigInt(satoshis))
  return `${transaction.toHex()}:${JSON.stringify(inputs.map(({ output }) => output.satoshis))}`
}

export const { store, transactions } = arbitrariesOf(btc)
