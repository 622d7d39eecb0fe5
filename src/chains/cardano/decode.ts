import type { Asset, Intent, IntentAction } from '../../core/intent.js'
import type { ChainDefinition } from '../../core/chain.js'
import type { Network, SignatureId } from '../../core/ids.js'
import type { SigningPlan } from '../../core/signing-plan.js'
import type { WalletDescriptor } from '../../core/wallet.js'
import { addressOfPublicKey, addressText } from './address.js'
import type { BodyOutput } from './body.js'
import { childPublicKey } from './keys.js'
import { readPlanBody, transactionOf } from './plan.js'

type Wallets = ReadonlyMap<SignatureId, WalletDescriptor>

/** Child that receives the change of off-chain withdrawals. */
const POOL_INDEX = 0

/**
 * What a plan does, from the bytes that are signed: one transfer for each output and each token in it, and the slot in which it expires. Change is what provably returns: outputs to addresses
 * that are spent from, to the keys that sign, and to child 0 of the mnemonic wallets that sign.
 */
export function decodePlan({ code, decimals }: ChainDefinition, plan: SigningPlan, wallets: Wallets): Intent {
  const { from } = readPlanBody(plan)
  const { outputs, fee, expirySlot, others } = transactionOf(plan)
  const own = new Set([...from, ...ownAddresses(plan, wallets)])
  const asset: Asset = { chain: plan.chain, symbol: code, decimals }
  const undecoded = [...others]
  const actions: IntentAction[] = []
  for (const [place, output] of outputs.entries()) {
    const to = addressText(output.address, plan.network)
    undecoded.push(...unexplained(output, place, plan.network))
    if (to === undefined) continue
    const change = own.has(to)
    actions.push({ type: 'transfer', from, to, asset, amount: output.lovelace, change })
    // Name and decimals of a token are claims of its maker, so it is named by its policy.
    for (const [contract, amount] of output.tokens) {
      actions.push({ type: 'transfer', from, to, asset: { chain: plan.chain, contract }, amount, change })
    }
  }
  if (expirySlot !== undefined) {
    const details = { slot: expirySlot.toString() }
    actions.push({ type: 'operation', from: from[0] ?? '', name: 'Expiry', details })
  }
  return { chain: plan.chain, network: plan.network, actions, fee: { asset, amount: fee, maximum: false }, undecoded }
}

function ownAddresses({ signers, network }: SigningPlan, wallets: Wallets): ReadonlySet<string> {
  const own = new Set(signers.map(({ address }) => address))
  for (const { signatureId } of signers) {
    const wallet = wallets.get(signatureId)
    if (wallet?.kind !== 'mnemonic' || wallet.xpub === undefined) continue
    own.add(addressOfPublicKey(childPublicKey(wallet, POOL_INDEX), network))
  }
  return own
}

function unexplained({ address, lovelace, others }: BodyOutput, place: number, network: Network): string[] {
  const parts = others.map((what) => `output ${place} has ${what}`)
  if (addressText(address, network) !== undefined) return parts
  return [
    ...parts,
    `output ${place}: ${lovelace} lovelace and what is with it to ${address.toString('hex').slice(0, 120)}`,
  ]
}
