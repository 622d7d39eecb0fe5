import { createHash } from 'node:crypto'
import { networks, payments, script, Transaction } from 'bitcoinjs-lib'
import { HDNodeWallet } from 'ethers'
import * as ecc from 'tiny-secp256k1'

/*
 * An independent client's view of Bitcoin testnet: keys and signatures without any code of ours.
 */

const PHRASE = `${'abandon '.repeat(23)}art`

export const TEST_TPUB =
  'tpubDDzZJQ61k3M4VA7HSqhsDr3ESF9UGwJGngfFsuYJExpLRsc8cnnAQ6T8RHbXZA99aYadZC9ctfvCdkSZEJDXQ8DBbvZh21kG1bmFvZAfJyr'

export interface TestKey {
  readonly privateKey: Buffer
  readonly publicKey: Uint8Array
  /** P2WPKH */
  readonly address: string
  /** P2PKH */
  readonly legacyAddress: string
}

function testKey(privateKey: Buffer): TestKey {
  const publicKey = ecc.pointFromScalar(privateKey, true)!
  const address = payments.p2wpkh({ pubkey: publicKey, network: networks.testnet }).address!
  const legacyAddress = payments.p2pkh({ pubkey: publicKey, network: networks.testnet }).address!
  return { privateKey, publicKey, address, legacyAddress }
}

/** A key of its own for each name. */
export const keyNamed = (name: string): TestKey => testKey(createHash('sha256').update(name).digest())

/** Child of the wallet behind TEST_TPUB. */
export const childKey = (index: number): TestKey =>
  testKey(Buffer.from(HDNodeWallet.fromPhrase(PHRASE, '', `m/44'/1'/0'/0/${index}`).privateKey.slice(2), 'hex'))

export interface Spend {
  readonly txId: string
  readonly index: number
  readonly satoshis: bigint
  readonly key: TestKey
  readonly legacy?: boolean
  readonly sequence?: number
}

export interface Payment {
  readonly address: string
  readonly satoshis: bigint
}

interface Extras {
  readonly version?: number
  readonly locktime?: number
}

export function unsigned(spends: readonly Spend[], outputs: readonly Payment[], extras: Extras = {}): Transaction {
  const transaction = new Transaction()
  transaction.version = extras.version ?? 2
  transaction.locktime = extras.locktime ?? 0
  for (const { txId, index, sequence } of spends) {
    transaction.addInput(Buffer.from(txId, 'hex').reverse(), index, sequence)
  }
  for (const { address, satoshis } of outputs) transaction.addOutput(outputScript(address), satoshis)
  return transaction
}

/** Signs every input; the signature covers `claimed` satoshi where given, not what the output really holds. */
export function signed(transaction: Transaction, spends: readonly Spend[], claimed?: bigint): string {
  for (const [position, { key, satoshis, legacy }] of spends.entries()) {
    const code = payments.p2pkh({ pubkey: key.publicKey, network: networks.testnet }).output!
    const hash = legacy
      ? transaction.hashForSignature(position, code, Transaction.SIGHASH_ALL)
      : transaction.hashForWitnessV0(position, code, claimed ?? satoshis, Transaction.SIGHASH_ALL)
    const signature = script.signature.encode(ecc.sign(hash, key.privateKey), Transaction.SIGHASH_ALL)
    if (legacy) transaction.setInputScript(position, script.compile([signature, key.publicKey]))
    else transaction.setWitness(position, [signature, key.publicKey])
  }
  return transaction.toHex()
}

export const pay = (spends: readonly Spend[], outputs: readonly Payment[], extras?: Extras): string =>
  signed(unsigned(spends, outputs, extras), spends)

/** The `serializedTransaction` of a pending BTC transaction. */
export interface Serialized {
  readonly version: number
  readonly nLockTime: number
  readonly inputs: readonly {
    readonly prevTxId: string
    readonly outputIndex: number
    readonly sequenceNumber: number
    readonly output: { readonly satoshis: number; readonly script: string }
  }[]
  readonly outputs: readonly { readonly satoshis: number; readonly script: string }[]
  readonly hash?: string
  readonly changeIndex?: number
  readonly changeScript?: string
  readonly fee?: number
}

export const parseSerialized = (text: string): Serialized => JSON.parse(text) as Serialized

/** Signs a pending transaction of the API; keys in input order. */
export function signPending(serializedTransaction: string, keys: readonly TestKey[]): string {
  const { inputs, outputs } = parseSerialized(serializedTransaction)
  const transaction = new Transaction()
  transaction.version = 2
  const spends = inputs.map(({ prevTxId, outputIndex, output }, position): Spend => {
    transaction.addInput(Buffer.from(prevTxId, 'hex').reverse(), outputIndex)
    const legacy = output.script.startsWith('76a9')
    return { txId: prevTxId, index: outputIndex, satoshis: BigInt(output.satoshis), key: keys[position]!, legacy }
  })
  for (const { satoshis, script: hex } of outputs) transaction.addOutput(Buffer.from(hex, 'hex'), BigInt(satoshis))
  return signed(transaction, spends)
}

function outputScript(address: string): Uint8Array {
  const network = networks.testnet
  const payment = address.startsWith('tb1')
    ? payments.p2wpkh({ address, network })
    : payments.p2pkh({ address, network })
  return payment.output!
}
