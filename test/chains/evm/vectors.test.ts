import { expect } from 'chai'
import { Transaction } from 'ethers'
import type { KeySource } from '../../../src/core/chain.js'
import { KeywardError } from '../../../src/core/errors.js'
import { Secret } from '../../../src/core/secret.js'
import type { SigningPlan } from '../../../src/core/signing-plan.js'
import { makeWallet, newChain, pendingOf, vectorNetwork, vectors, walletOf } from './evm-vectors.js'
import type { EvmCase } from './evm-vectors.js'
import { FakeLookups, quietNetwork, recorded } from './fake-lookups.js'

/** read -> accounts -> prepare -> decode -> sign -> verify, with the recorded answers of the network. */
async function walk(row: EvmCase, lookups = new FakeLookups(recorded(row.http))) {
  const chain = newChain()
  const { transactions, keys } = chain
  const wallet = walletOf(row)
  const wallets = new Map([[wallet.descriptor.signatureId, wallet.descriptor]])
  const input = {
    pending: row.pending,
    network: row.network,
    request: transactions.read(row.pending, row.network),
    wallets,
  }
  const accounts = transactions.accounts(input)
  const plan = await transactions.prepare(input, lookups)
  const intent = transactions.decode(plan, wallets)
  const signed = withKeys(keys.open(wallet), (source) => transactions.sign(plan, ({ index }) => source.key(index)))
  transactions.verify(plan, signed)
  return { accounts, plan, intent, signed, lookups }
}

function withKeys<T>(source: KeySource, use: (source: KeySource) => T): T {
  try {
    return use(source)
  } finally {
    source.wipe()
  }
}

async function refusalOf(work: Promise<unknown>): Promise<KeywardError> {
  const thrown: unknown = await work.then(
    () => undefined,
    (error: unknown) => error,
  )
  expect(thrown).to.be.instanceOf(KeywardError)
  return thrown as KeywardError
}

describe('Ethereum: golden vectors', () => {
  describe("wallets have the reference's xpub, addresses and keys", () => {
    for (const { mnemonic, testnet, xpub, derived } of vectors.wallets) {
      const network = vectorNetwork(testnet)
      it(`${mnemonic.split(' ')[0] ?? ''}… on ${network}`, () => {
        const { keys } = newChain()
        const wallet = makeWallet({ mnemonic }, network)
        expect(wallet.descriptor.xpub).to.equal(xpub)
        for (const { index, address, privateKey } of derived) {
          expect(keys.address(wallet.descriptor, index)).to.equal(address)
          expect(keys.privateKey(wallet, index).text()).to.equal(privateKey)
          expect(keys.fromPrivateKey(Secret.fromText(privateKey), network).address).to.equal(address)
        }
      })
    }
  })

  describe("every signed transaction has the reference's bytes and hash", () => {
    for (const row of vectors.signing) {
      it(`${row.name}: ${row.note}`, async () => {
        const { accounts, plan, signed, lookups } = await walk(row)
        expect(signed).to.deep.equal({ raw: row.signedTx, txId: row.txHash })
        expect(accounts).to.deep.equal([row.signer.address])
        expect(plan.signers).to.deep.equal([
          {
            signatureId: row.pending.hashes[0] ?? row.pending.signatures[0]?.id,
            ...(row.signer.index === undefined ? {} : { index: row.signer.index }),
            address: row.signer.address,
          },
        ])
        expect(plan.withdrawalId).to.equal(row.broadcast.body['withdrawalId'])
        // With a gasLimit the reference asks for an estimate and does not use it; nobody asks here.
        const needless = row.name === 'gaslimit-hex-instead-of-gas' ? 1 : 0
        expect(lookups.calls.length).to.equal(row.http.length - needless)
      })
    }
  })
})
