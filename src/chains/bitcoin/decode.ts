import { formatUnits } from '../../core/amount.js'
import type { Asset, Intent, IntentAction } from '../../core/intent.js'
import type { SignatureId } from '../../core/ids.js'
import type { SigningPlan } from '../../core/signing-plan.js'
import type { WalletDescriptor } from '../../core/wallet.js'
import { addressOfScript, keyHashOfAddress } from './address.js'
import { hasSegwit } from './definition.js'
import type { BitcoinDefinition } from './definition.js'
import { readPlanBody } from './plan.js'
import { sumOf } from './prepare.js'
import { recognise } from './script.js'
import { ownersOfScripts } from './script-owners.js'
import type { Output } from './serialized-transaction.js'
import { childKeyHash } from './signers.js'

type Wallets = ReadonlyMap<SignatureId, WalletDescriptor>

/** Child that receives the change of off-chain withdrawals. */
const POOL_INDEX = 0

/**
 * What a plan does: one transfer for each output that has an address, data for OP_RETURN, everything else under `undecoded`. Change is what provably returns:
 * outputs to the keys that sign, and to child 0 of the mnemonic wallets that sign.
 */
export function decodePlan(definition: BitcoinDefinition, plan: SigningPlan, wallets: Wallets): Intent {
  const body = readPlanBody(plan)
  const asset: Asset = { chain: plan.chain, symbol: definition.code, decimals: definition.decimals }
  const isOwn = ownersOfScripts(ownKeys(definition, plan, wallets), hasSegwit(definition, plan.network))
  const from = [
    ...new Set(
      body.inputs.map(
        ({ script, signer }) =>
          addressOfScript(definition, plan.network, script) ?? plan.signers[signer]?.address ?? script.toString('hex'),
      ),
    ),
  ]
  const actions: IntentAction[] = []
  const undecoded: string[] = []
  for (const [position, output] of body.outputs.entries()) {
    const to = addressOfScript(definition, plan.network, output.script)
    const content = recognise(output.script)
    if (to !== undefined) {
      const change = isOwn(output.script) !== undefined
      actions.push({ type: 'transfer', from, to, asset, amount: output.value, change })
    } else if (content.type === 'op-return') {
      actions.push({ type: 'data', hex: content.data.toString('hex') })
      if (output.value > 0n) undecoded.push(`${describe(definition, position, output)}, which nobody can ever spend`)
    } else undecoded.push(describe(definition, position, output))
  }
  const fee = { asset, amount: sumOf(body.inputs) - sumOf(body.outputs), maximum: false }
  return { chain: plan.chain, network: plan.network, actions, fee, undecoded }
}

function ownKeys(definition: BitcoinDefinition, { signers, network }: SigningPlan, wallets: Wallets): [Buffer, true][] {
  const keys: [Buffer, true][] = signers.map(({ address }) => [keyHashOfAddress(definition, network, address), true])
  for (const signatureId of new Set(signers.map((signer) => signer.signatureId))) {
    const wallet = wallets.get(signatureId)
    if (wallet?.kind !== 'mnemonic' || wallet.xpub === undefined) continue
    keys.push([childKeyHash(definition, wallet, POOL_INDEX), true])
  }
  return keys
}

function describe({ decimals, code }: BitcoinDefinition, position: number, { value, script }: Output): string {
  const hex = script.toString('hex')
  const shown = hex.length > 80 ? `${hex.slice(0, 80)}…` : hex
  return `output ${position}: ${formatUnits(value, decimals)} ${code} to script ${shown === '' ? '(empty)' : shown}`
}
