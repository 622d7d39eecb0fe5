import { readFileSync } from 'node:fs'
import * as csl from '@emurgo/cardano-serialization-lib-nodejs'
import { z } from 'zod'
import { definitions } from '../../../src/chains/cardano/definition.js'
import { loadCardano } from '../../../src/chains/cardano/index.js'
import type { ChainLookups, PrepareInput } from '../../../src/core/chain.js'
import { networkOf, signatureIdSchema } from '../../../src/core/ids.js'
import type { Network } from '../../../src/core/ids.js'
import { parsePendingTransaction } from '../../../src/core/pending-transaction.js'
import type { PendingTransaction } from '../../../src/core/pending-transaction.js'
import { Secret } from '../../../src/core/secret.js'
import type { SigningPlan } from '../../../src/core/signing-plan.js'
import type { ManagedWallet } from '../../../src/core/wallet.js'
import { descriptorsOf, signWith } from '../../kit/account-chain.js'
import { managed } from '../../kit/chain-suite.js'
import { testLookups } from '../../kit/lookups.js'

export const ada = loadCardano(definitions[0].code)

const walletSchema = z.object({
  mnemonic: z.string(),
  testnet: z.boolean(),
  xpub: z.string(),
  keys: z.array(
    z.object({ index: z.number(), privateKey: z.string(), publicKey: z.string(), enterpriseAddress: z.string() }),
  ),
  generatewalletCommandOnly: z.object({
    xpub: z.string(),
    keys: z.array(z.object({ index: z.number(), privateKey: z.string(), baseAddress: z.string() })),
  }),
})
const caseSchema = z.object({
  name: z.string(),
  testnet: z.boolean(),
  store: z.record(
    z.string(),
    z.object({ mnemonic: z.string().optional(), xpub: z.string().optional(), privateKey: z.string().optional() }),
  ),
  pending: z.looseObject({ id: z.string(), serializedTransaction: z.string() }),
  nodeCalls: z.array(z.object({ path: z.string(), request: z.json(), response: z.json().optional() })),
  expected: z.object({ txData: z.string().optional(), error: z.string().optional() }),
})
export type AdaCase = z.output<typeof caseSchema>
export const vectors = z
  .object({ wallets: z.array(walletSchema), signing: z.array(caseSchema), edge: z.array(caseSchema) })
  .parse(JSON.parse(readFileSync(new URL('../../vectors/ada.json', import.meta.url), 'utf8')))

/** Wallets as an imported wallet file gives them out: with no more than the file says. */
export const walletsOf = ({ store, testnet }: AdaCase): ManagedWallet[] =>
  Object.entries(store).map(([id, { mnemonic, xpub, privateKey }]) => ({
    descriptor: {
      signatureId: signatureIdSchema.parse(id),
      chain: ada.definition.code,
      network: networkOf(testnet),
      kind: mnemonic === undefined ? 'privateKey' : 'mnemonic',
      ...(xpub === undefined ? {} : { xpub }),
    },
    material:
      mnemonic === undefined
        ? { privateKey: Secret.fromText(privateKey ?? '') }
        : { mnemonic: Secret.fromText(mnemonic) },
  }))

export const walletAt = (place: number): ManagedWallet => {
  const vector = vectors.wallets[place]
  if (vector === undefined) throw new Error('the vectors have no such wallet')
  const network = networkOf(vector.testnet)
  return managed(ada, ada.keys.fromMnemonic(Secret.fromText(vector.mnemonic), network), network)
}
/** Two mnemonic wallets of the test network. */
export const wallet = walletAt(1)
export const otherWallet = walletAt(3)
export const ownAddress = (index: number): string => ada.keys.address(wallet.descriptor, index)
export const RECIPIENT = ada.keys.address(walletAt(5).descriptor, 0)
export const POLICY = '7eae28af2208be856f7a119668ae52a49b73725e326dc16579dcc373'

/** Not a key's, and the key's of before July 2020 on the test network of today. */
export const SCRIPT = 'addr_test1wqag3rt979nep9g2wtdwu8mr4gz6m4kjdpp5zp705km8wys6t2kla'
export const BYRON = csl.ByronAddress.icarus_from_key(
  csl.Bip32PrivateKey.from_bip39_entropy(Buffer.alloc(16), Buffer.alloc(0)).to_public(),
  1,
).to_base58()

const CURRENCY = { symbol: 'ADA', decimals: 6 }
export interface Part {
  readonly address: string
  readonly lovelace: bigint
  readonly tokens?: Readonly<Record<string, bigint>>
}
const bundle = (sign: string, tokens: Part['tokens'] = {}): object =>
  Object.keys(tokens).length === 0
    ? {}
    : {
        tokenBundle: Object.entries(tokens).map(([asset, amount]) => ({
          policyId: asset.slice(0, 56),
          tokens: [{ value: `${sign}${amount}`, currency: { symbol: asset.slice(56) || '\\x', decimals: 0 } }],
        })),
      }
export const spend = ({ address, lovelace, tokens }: Part, outpoint = `${'ab'.repeat(32)}:0`): object => ({
  type: 'input',
  account: { address },
  amount: { value: `-${lovelace}`, currency: CURRENCY },
  coin_change: { coin_identifier: { identifier: outpoint }, coin_action: 'coin_spent' },
  metadata: bundle('-', tokens),
})
export const pay = ({ address, lovelace, tokens }: Part): object => ({
  type: 'output',
  account: { address },
  amount: { value: lovelace.toString(), currency: CURRENCY },
  metadata: bundle('', tokens),
})

/** One input, one payment, change, a fee of 0.17 ADA. */
export const payment = (): object[] => [
  spend({ address: ownAddress(0), lovelace: 5_000_000n }),
  pay({ address: RECIPIENT, lovelace: 2_000_000n }),
  pay({ address: ownAddress(0), lovelace: 2_830_000n }),
]

const operationSchema = z.object({
  type: z.string(),
  account: z.object({ address: z.string() }),
  amount: z.object({ value: z.string() }),
  coin_change: z.object({ coin_identifier: z.object({ identifier: z.string() }) }).optional(),
  metadata: z
    .object({
      tokenBundle: z
        .array(
          z.object({
            policyId: z.string(),
            tokens: z.array(z.object({ value: z.string(), currency: z.object({ symbol: z.string() }) })),
          }),
        )
        .optional(),
    })
    .optional(),
})
type Operation = z.output<typeof operationSchema>

const addressOf = (text: string): csl.Address =>
  text.startsWith('addr') ? csl.Address.from_bech32(text) : csl.ByronAddress.from_base58(text).to_address()

function outputOf({ account, amount, metadata }: Operation): csl.TransactionOutput {
  const value = csl.Value.new(csl.BigNum.from_str(amount.value))
  const multiAsset = csl.MultiAsset.new()
  for (const { policyId, tokens } of metadata?.tokenBundle ?? []) {
    for (const { value: quantity, currency } of tokens) {
      multiAsset.set_asset(
        csl.ScriptHash.from_hex(policyId),
        csl.AssetName.new(Buffer.from(currency.symbol.replace('\\x', ''), 'hex')),
        csl.BigNum.from_str(quantity),
      )
    }
  }
  if (multiAsset.len() > 0) value.set_multiasset(multiAsset)
  return csl.TransactionOutput.new(addressOf(account.address), value)
}

/** The body that the vendor's library makes of operations. */
export function makeBody(json: readonly unknown[], ttl: number): csl.TransactionBody {
  const operations = json.map((item) => operationSchema.parse(item))
  const inputs = csl.TransactionInputs.new()
  const outputs = csl.TransactionOutputs.new()
  for (const operation of operations) {
    const [txId = '', index = ''] = operation.coin_change?.coin_identifier.identifier.split(':') ?? []
    if (operation.type === 'output') outputs.add(outputOf(operation))
    else inputs.add(csl.TransactionInput.new(csl.TransactionHash.from_hex(txId), Number(index)))
  }
  const fee = -operations.reduce((sum, { amount }) => sum + BigInt(amount.value), 0n)
  const body = csl.TransactionBody.new_tx_body(inputs, outputs, csl.BigNum.from_str(fee.toString()))
  body.set_ttl(csl.BigNum.from_str(ttl.toString()))
  return body
}

/** CBOR of a text or list head with a length below 65,536. */
const head = (major: number, length: number): Buffer =>
  length < 24
    ? Buffer.of((major << 5) | length)
    : length < 256
      ? Buffer.of((major << 5) | 24, length)
      : Buffer.of((major << 5) | 25, length >> 8, length & 255)
/** What a Rosetta service remembers beside the transaction. */
export const REMEMBERED = 'a16a6f7065726174696f6e738162696e'
export const wrap = (transaction: string): string =>
  Buffer.concat([
    Buffer.of(0x82),
    head(3, transaction.length),
    Buffer.from(transaction),
    Buffer.from(REMEMBERED, 'hex'),
  ]).toString('hex')

export interface NodeOptions {
  readonly form?: 'bare' | 'wrapped' | 'transaction' | 'wrapped transaction'
  readonly ttl?: number
  /** Changes what is made before it is handed out. */
  readonly tamper?: (body: csl.TransactionBody) => csl.TransactionBody
  /** Changes the bytes themselves. */
  readonly rewrite?: (bodyHex: string) => string
  readonly digest?: string
  readonly currentSlot?: number
}

const PREPROD_SLOT_ZERO = 1_655_683_200
export const TTL = 100_000_000

/** A node like the one behind the API, with the vendor's library for making transactions. */
export function fakeNode(options: NodeOptions = {}): ChainLookups & { readonly calls: string[] } {
  const calls: string[] = []
  const lookups = testLookups({
    post(path, body) {
      calls.push(path)
      const name = path.split('/{apiKey}/')[1]
      if (name === 'network/status') {
        return Promise.resolve({ current_block_timestamp: ((options.currentSlot ?? 0) + PREPROD_SLOT_ZERO) * 1000 })
      }
      if (name !== 'construction/payloads') return Promise.resolve({ options: { relative_ttl: 1000 } })
      const { operations } = z.object({ operations: z.array(z.unknown()) }).parse(body)
      return Promise.resolve(payloads(operations, options))
    },
  })
  return { ...lookups, calls }
}

function payloads(operations: readonly unknown[], { form, ttl = TTL, tamper, rewrite, digest }: NodeOptions): object {
  const made = makeBody(operations, ttl)
  const hex = (rewrite ?? String)((tamper?.(made) ?? made).to_hex())
  const transaction = `84${hex}a0f5f6`
  const unsigned = {
    bare: hex,
    wrapped: wrap(hex),
    transaction,
    'wrapped transaction': wrap(transaction),
  }[form ?? 'wrapped']
  return { unsigned_transaction: unsigned, payloads: [{ hex_bytes: digest ?? hashOf(hex) }] }
}

/** By the vendor's library. */
export const hashOf = (bodyHex: string): string =>
  csl.FixedTransaction.from_hex(`84${bodyHex}a0f5f6`).transaction_hash().to_hex()

let serial = 0
export const pendingOf = (
  operations: readonly object[] | string,
  more: Readonly<Record<string, unknown>> = {},
): PendingTransaction =>
  parsePendingTransaction({
    id: (++serial).toString(16).padStart(24, '0'),
    chain: 'ADA',
    signatures: [0, 1, 5].map((index) => ({ id: wallet.descriptor.signatureId, index })),
    serializedTransaction: typeof operations === 'string' ? operations : JSON.stringify(operations),
    ...more,
  })

export const inputOf = (
  pending: PendingTransaction,
  wallets: readonly ManagedWallet[] = [wallet],
  network: Network = 'testnet',
): PrepareInput => ({
  pending,
  network,
  request: ada.transactions.read(pending, network),
  wallets: descriptorsOf(wallets),
})

/** read -> prepare. */
export const planOf = async (
  operations: readonly object[] | string,
  options: NodeOptions = {},
  wallets: readonly ManagedWallet[] = [wallet],
): Promise<SigningPlan> => ada.transactions.prepare(inputOf(pendingOf(operations), wallets), fakeNode(options))

export const signed = (plan: SigningPlan) => signWith(ada, plan, [wallet, otherWallet])
export const intentOf = (plan: SigningPlan) => ada.transactions.decode(plan, descriptorsOf([wallet]))

const planBodySchema = z.object({ unsigned: z.string() })
/** The bytes of the transaction's body in a plan, as hexadecimal. */
export const bodyHexOf = ({ body }: SigningPlan): string => planBodySchema.parse(body).unsigned
