import type { SignatureId } from '../../core/ids.js'
import { forbidden, invalidRequest, problem } from '../http/api-error.js'
import type { PendingEntry } from '../kms/pending-queue.js'
import { bitcoreJson } from './bitcore-json.js'
import type { Recipient } from './bitcore-json.js'
import type { BitcoinLedger, Output } from './ledger.js'
import type { PaymentRequest } from './payment-request.js'
import { scriptOf } from './scripts.js'

/** Change up to this many satoshi does not become an output, as in bitcore. */
const DUST_SATOSHIS = 546n

/** An output to spend, and the key that can: an index for a mnemonic wallet, none for a single key. */
interface Source {
  readonly output: Output
  readonly signatureId: SignatureId
  readonly index?: number | undefined
}

/**
 * Builds the pending transaction of `POST /v3/bitcoin/transaction` the way the API's own builder does. Without fee and change address the whole rest goes
 * to the miners. Nothing is reserved: two requests may spend the same outputs, and the chain takes the first that comes signed.
 * @throws ApiError 400, 403
 */
export function buildPayment(request: PaymentRequest, ledger: BitcoinLedger): Omit<PendingEntry, 'id' | 'txId'> {
  const sources = sourcesOf(request, ledger)
  const inputs = sources.map(({ output }) => output)
  const recipients = request.to.map(({ address, value }, position) => ({
    script: scriptFor(address, `to.${position}.address`),
    satoshis: value,
  }))
  const signatures = sources.flatMap(({ signatureId, index }) =>
    index === undefined ? [] : [{ id: signatureId, index }],
  )
  return {
    chain: 'BTC',
    hashes: sources.map(({ signatureId }) => signatureId),
    serializedTransaction: serialize(request, inputs, recipients),
    ...(signatures.length === 0 ? {} : { signatures }),
  }
}

function serialize(request: PaymentRequest, inputs: readonly Output[], recipients: readonly Recipient[]): string {
  const rest = sum(inputs) - sum(recipients)
  if (rest < 0n) throw balanceNotEnough()
  if (rest === 0n) throw forbidden('btc-based.fee.too-small', 'Insufficient fee: inputs and outputs are equal.')
  const { fee, changeAddress } = request
  if (fee === undefined || changeAddress === undefined) return bitcoreJson(inputs, recipients)
  const script = scriptFor(changeAddress, 'changeAddress')
  const change = rest - fee
  if (change < 0n) throw balanceNotEnough()
  if (change <= DUST_SATOSHIS) return bitcoreJson(inputs, recipients, { script, fee })
  const outputs = [...recipients, { script, satoshis: change }]
  return bitcoreJson(inputs, outputs, { script, fee, index: recipients.length })
}

function sourcesOf({ fromAddress, fromUTXO }: PaymentRequest, ledger: BitcoinLedger): readonly Source[] {
  if ((fromAddress === undefined) === (fromUTXO === undefined)) {
    throw forbidden('transaction.invalid.body', 'Either fromAddress or fromUTXO must be present, and not both.')
  }
  const sources = [
    ...(fromAddress ?? []).flatMap(({ address, ...key }, position) => {
      const script = scriptFor(address, `fromAddress.${position}.address`)
      return ledger.unspent(script).map((output) => ({ output, ...key }))
    }),
    ...(fromUTXO ?? []).map(({ txHash, index: output, signatureIdIndex, signatureId }) => ({
      output: unspentOutput(ledger, txHash, output),
      signatureId,
      index: signatureIdIndex,
    })),
  ]
  const distinct = [...new Map(sources.map((source) => [source.output, source])).values()]
  if (distinct.length === 0) throw forbidden('transaction.failed', 'There are no spendable inputs.')
  return distinct
}

function unspentOutput(ledger: BitcoinLedger, txHash: string, index: number): Output {
  const output = ledger.output(txHash, index)
  if (output !== undefined && output.spentBy === undefined) return output
  throw forbidden('tx.hash.index.spent', `The output ${index} of ${txHash} does not exist or is already spent.`)
}

function scriptFor(address: string, property: string): Uint8Array {
  const script = scriptOf(address)
  if (script !== undefined) return script
  throw invalidRequest([problem(property, 'isAddress', 'must be a Bitcoin testnet address (tb1, m, n or 2)')])
}

const sum = (amounts: readonly { readonly satoshis: bigint }[]): bigint =>
  amounts.reduce((total, { satoshis }) => total + satoshis, 0n)

const balanceNotEnough = () =>
  forbidden('btc-based.balance.not-enough', 'The inputs hold less than the outputs and the fee.')
