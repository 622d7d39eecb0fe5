import { createHash } from 'node:crypto'
import { z } from 'zod'
import { parseUnits } from '../../core/amount.js'
import type { ChainDefinition } from '../../core/chain.js'
import type { Asset, Intent, IntentAction } from '../../core/intent.js'
import type { SigningPlan } from '../../core/signing-plan.js'
import { parseAddress } from './address.js'
import { FIXED_DECIMALS } from './cadence.js'
import { bodyOf } from './plan.js'
import type { FlowPlanBody } from './plan.js'
import { contractOf, templateOf } from './templates.js'
import type { Currency } from './templates.js'

const argument = (type: string) =>
  z
    .string()
    .transform(parseJson)
    .pipe(z.strictObject({ type: z.literal(type), value: z.string() }))
const units = argument('UFix64').transform(({ value }, context) => {
  if (/^\d+\.\d{1,8}$/.test(value)) return parseUnits(value, FIXED_DECIMALS)
  context.addIssue('not a fixed-point number')
  return z.NEVER
})
const address = argument('Address').transform(({ value }, context) => {
  const digits = parseAddress(value)
  if (digits !== undefined) return `0x${digits}`
  context.addIssue('not an address')
  return z.NEVER
})
const transferArguments = z.tuple([units, address])
const keyArguments = z.tuple([argument('String'), argument('UFix64')])
const anyArgument = z
  .string()
  .transform(parseJson)
  .pipe(z.strictObject({ type: z.string(), value: z.json() }))

/** What a plan would do. Made from the plan alone: a script is known when it is one of ours letter by letter, and then its arguments say the rest. */
export function decodePlan({ code, decimals }: ChainDefinition, plan: SigningPlan): Intent {
  const body = bodyOf(plan)
  const coin: Asset = { chain: code, decimals }
  const action = known(body, plan, coin)
  return {
    chain: plan.chain,
    network: plan.network,
    actions: [action ?? custom(body)],
    // The fee is paid by the payer, which is an account of Tatum's.
    fee: { asset: coin, amount: 0n, maximum: false },
    undecoded: action === undefined ? [`what the Cadence script ${hashOf(body.script)} does`] : [],
  }
}

function known(body: FlowPlanBody, plan: SigningPlan, coin: Asset): IntentAction | undefined {
  const name = templateOf(body.script, plan.network)
  const from = `0x${body.authorizer.address}`
  switch (name) {
    case undefined:
      return undefined
    case 'FLOW':
    case 'FUSD': {
      const [amount, to] = transferArguments.safeParse(body.arguments).data ?? []
      if (amount === undefined || to === undefined) return undefined
      return { type: 'transfer', from: [from], to, asset: assetOf(name, plan, coin), amount, change: false }
    }
    case 'create-account':
    case 'add-key': {
      const [publicKey, weight] = keyArguments.safeParse(body.arguments).data ?? []
      if (publicKey === undefined || weight === undefined) return undefined
      const key = { publicKey: publicKey.value, weight: weight.value, signature: 'ECDSA_secp256k1', hash: 'SHA3_256' }
      if (name === 'add-key') return { type: 'operation', from, name: 'add account key', details: key }
      const details = { ...key, cost: "the network's fee for a new account, paid by this one" }
      return { type: 'operation', from, name: 'create account', details }
    }
  }
}

const assetOf = (currency: Currency, { network }: SigningPlan, coin: Asset): Asset =>
  currency === 'FLOW' ? coin : { ...coin, contract: contractOf(currency, network), symbol: currency }

/** A script of the requester's: what it is called with can be shown, what it does cannot. */
function custom({ script, arguments: args, authorizer }: FlowPlanBody): IntentAction {
  const imports = [...script.matchAll(/^[ \t]*import[ \t]+(\S.*)$/gm)].map(([, text = '']) => text.trim())
  const named = args.map((text, place) => [`argument ${place + 1}`, argumentWords(text)] as const)
  const details = {
    script: `${Buffer.byteLength(script)} bytes, SHA-256 ${hashOf(script)}`,
    ...(imports.length === 0 ? {} : { imports: imports.join('; ') }),
    ...Object.fromEntries(named),
  }
  return { type: 'operation', from: `0x${authorizer.address}`, name: 'run a Cadence script', details }
}

function argumentWords(text: string): string {
  const { data } = anyArgument.safeParse(text)
  return data === undefined ? text : `${data.type} ${JSON.stringify(data.value)}`
}

const hashOf = (script: string): string => createHash('sha256').update(script, 'utf8').digest('hex')

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
