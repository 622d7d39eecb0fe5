import { address as library, initEccLib, payments, Psbt, Transaction } from 'bitcoinjs-lib'
import type { Network as LibraryNetwork } from 'bitcoinjs-lib'
import { expect } from 'chai'
import fc from 'fast-check'
import * as ecc from 'tiny-secp256k1'
import { networkOf, signatureIdSchema } from '../../../src/core/ids.js'
import type { Network } from '../../../src/core/ids.js'
import { addressOfScript } from '../../../src/chains/bitcoin/address.js'
import { definitions } from '../../../src/chains/bitcoin/definition.js'
import { A } from './build.js'
import { FamilyMember } from './family.js'
import type { WalletVector } from './family.js'

/** Parameters as the chains' own programs have them (chainparams.cpp), in the form of another library. A chain without segwit gets a prefix nobody uses. */
const PARAMETERS: Readonly<Record<string, Readonly<Record<Network, LibraryNetwork>>>> = {
  LTC: {
    mainnet: parameters(48, 50, 176, 0x019da462, 'ltc'),
    testnet: parameters(111, 58, 239, 0x0436f6e1, 'tltc'),
  },
  DOGE: {
    mainnet: parameters(30, 22, 158, 0x0488b21e, 'none'),
    testnet: parameters(113, 196, 241, 0x043587cf, 'none'),
  },
}

function parameters(pubKeyHash: number, scriptHash: number, wif: number, xpub: number, bech32: string): LibraryNetwork {
  return { messagePrefix: '', bech32, bip32: { public: xpub, private: 0 }, pubKeyHash, scriptHash, wif }
}

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
initEccLib(ecc)

for (const [code, networks] of Object.entries(PARAMETERS)) {
  const segwit = code !== 'DOGE'
  const member = await FamilyMember.load(code)
  const definition = definitions.find((candidate) => candidate.code === code)!

  describe(`${code} against another library with the parameters of the chain`, () => {
    it('shows the same addresses for all standard output scripts', () => {
      const hash = (bytes: number) => fc.uint8Array({ minLength: bytes, maxLength: bytes })
      fc.assert(
        fc.property(hash(20), hash(32), fc.constantFrom('mainnet', 'testnet'), (short, long, network) => {
          const scripts = [
            payments.p2pkh({ hash: short }),
            payments.p2sh({ hash: short }),
            ...(segwit ? [payments.p2wpkh({ hash: short }), payments.p2wsh({ hash: long })] : []),
          ].map(({ output }) => Buffer.from(output!))
          for (const script of scripts) {
            const expected = library.fromOutputScript(script, networks[network])
            expect(addressOfScript(definition, network, script)).to.equal(expected)
          }
        }),
      )
    })

    for (const vector of member.vectors.wallets) {
      const network = networkOf(vector.testnet)

      it(`gives keys of ${vector.xpub.slice(0, 12)}… (${network}) the same addresses`, () => {
        for (const { publicKey, address } of vector.keys) {
          const pubkey = Buffer.from(publicKey, 'hex')
          expect(payments.p2pkh({ pubkey, network: networks[network] }).address).to.equal(address)
        }
      })

      it(`signs with keys of ${vector.xpub.slice(0, 12)}… (${network}) the same bytes as its PSBT`, async () => {
        const { previous, pending } = payment(vector)
        const store = member.storeOf({ [A]: { ...vector, chain: code } })
        const { signed, plan } = await member.walk(pending, network, store)

        const psbt = new Psbt({ network: networks[network], maximumFeeRate: 1e9 }).setVersion(2).setLocktime(77)
        const json = JSON.parse(pending.serializedTransaction) as ReturnType<typeof content>
        for (const [position, { outputIndex, sequenceNumber, output }] of json.inputs.entries()) {
          const nested = segwit && output.script.startsWith('a914')
          const { publicKey } = vector.keys[position]!
          psbt.addInput({
            hash: previous.getId(),
            index: outputIndex,
            sequence: sequenceNumber,
            nonWitnessUtxo: previous.toBuffer(),
            ...(nested ? { redeemScript: payments.p2wpkh({ pubkey: Buffer.from(publicKey, 'hex') }).output! } : {}),
          })
        }
        for (const { satoshis, script } of json.outputs) {
          psbt.addOutput({ script: Buffer.from(script, 'hex'), value: BigInt(satoshis) })
        }
        const source = member.chain.keys.open(store.get(signatureIdSchema.parse(A))!)
        for (const [position, { index }] of vector.keys.slice(0, json.inputs.length).entries()) {
          const { publicKey, privateKey } = source.key(index)
          psbt.signInput(position, { publicKey, sign: (hash) => ecc.sign(hash, privateKey) })
        }
        const theirs = psbt.finalizeAllInputs().extractTransaction()
        expect(signed.raw).to.equal(theirs.toHex())
        expect(signed.txId).to.equal(theirs.getId())
        expect(plan.signers).to.have.lengthOf(json.inputs.length)
      })
    }
  })

  /** Spends one output of each kind that a key can sign for, each with another key. */
  function payment(vector: WalletVector) {
    const previous = new Transaction()
    previous.addInput(Buffer.alloc(32, 7), 0)
    const kinds = [payments.p2pkh, ...(segwit ? [payments.p2wpkh, nestedPayment] : [payments.p2pkh])]
    for (const [position, pay] of kinds.entries()) {
      const script = pay({ pubkey: Buffer.from(vector.keys[position]!.publicKey, 'hex') }).output!
      previous.addOutput(script, BigInt(100_000 + position))
    }
    const pending = {
      id: '3255f483568088ed32ef90b2',
      chain: code,
      hashes: [],
      signatures: vector.keys.slice(0, kinds.length).map(({ index }) => ({ id: A, index })),
      serializedTransaction: JSON.stringify(content(previous)),
    }
    return { previous, pending }
  }
}

const nestedPayment = ({ pubkey }: { pubkey?: Uint8Array }) =>
  payments.p2sh({ redeem: payments.p2wpkh(pubkey === undefined ? {} : { pubkey }) })

function content(previous: Transaction) {
  return {
    version: 2,
    nLockTime: 77,
    inputs: previous.outs.map(({ value, script }, outputIndex) => ({
      prevTxId: previous.getId(),
      outputIndex,
      sequenceNumber: 0xfffffffd - outputIndex,
      script: '',
      scriptString: '',
      output: { satoshis: Number(value), script: hexOf(script) },
    })),
    outputs: [
      { satoshis: 150_000, script: `76a914${'11'.repeat(20)}88ac` },
      { satoshis: 0, script: '6a0568656c6c6f' },
    ],
  }
}
