import type { ChainLookups, PrepareInput } from '../../core/chain.js'
import { KeywardError } from '../../core/errors.js'
import type { Signer, SigningPlan } from '../../core/signing-plan.js'
import { fitsSequence, singleSignerPlan } from '../common/single-signer.js'
import { accountNonce, gasLimitOf, networkConfig } from './lookups.js'
import type { MultiversxPlanBody } from './plan.js'
import type { MultiversxRequest } from './request.js'

type Input = PrepareInput<MultiversxRequest>

/** @throws KeywardError SIGNER_MISMATCH, INDEX_INVALID, WALLET_*, BACKEND_*, API_* */
export async function preparePlan(input: Input, lookups: ChainLookups): Promise<SigningPlan> {
  const { request, network, previous } = input
  const signer = await signerOf(input, lookups)
  if (request.from !== undefined && request.from !== signer.address) {
    throw new KeywardError(
      'SIGNER_MISMATCH',
      `the transaction is one of ${request.from}, the wallet is ${signer.address}`,
      {
        advice: 'Request the transaction with the signatureId, and the index, of the wallet that holds the account.',
      },
    )
  }
  const nonce = await nextNonce(signer.address, lookups)
  if (previous !== undefined && fitsSequence(previous, input, signer, nonce)) return previous
  const config = await networkConfig(network, lookups)
  const data = Buffer.from(request.data, 'utf8').toString('base64')
  const fixed = { to: request.to, value: request.value.toString(), data, ...config }
  const draft = { ...fixed, nonce: Number(nonce), sender: signer.address, gasLimit: 0 }
  const body: MultiversxPlanBody = { ...fixed, gasLimit: await gasLimitOf(draft, lookups) }
  return singleSignerPlan(input, signer, { address: signer.address, sequence: nonce.toString() }, body)
}

/** The network's count, or one above the highest that was signed here: the node does not count what it has not executed. */
async function nextNonce(address: string, lookups: ChainLookups): Promise<bigint> {
  const [count, highest] = await Promise.all([accountNonce(address, lookups), lookups.highestSequence(address)])
  return highest === undefined || count > highest ? count : highest + 1n
}

/** There is no extended public key, so the address of a mnemonic's child comes from the opened wallet. */
async function signerOf({ request, wallets }: Input, lookups: ChainLookups): Promise<Signer> {
  const [named] = request.signers
  const wallet = named && wallets.get(named.signatureId)
  if (wallet === undefined) throw new KeywardError('SIGNER_MISMATCH', 'the wallet of this transaction is not at hand')
  const { signatureId } = wallet
  if (wallet.kind !== 'mnemonic') {
    return { signatureId, address: wallet.address ?? (await lookups.signerAddress({ signatureId })) }
  }
  const index = named?.index
  if (index === undefined) {
    throw new KeywardError('INDEX_INVALID', `wallet ${signatureId} is a mnemonic, and the transaction names no index`, {
      advice: 'Name the index of the address together with the signatureId when the transaction is requested.',
    })
  }
  return { signatureId, index, address: await lookups.signerAddress({ signatureId, index }) }
}
