import type { ChainKeys, ChainLookups, PrepareInput } from '../../core/chain.js'
import type { Clock } from '../../core/clock.js'
import { KeywardError } from '../../core/errors.js'
import type { Signer, SigningPlan } from '../../core/signing-plan.js'
import { fitsSequence, signerFrom, singleSignerPlan } from '../common/single-signer.js'
import type { EvmDefinition } from './definition.js'
import { intrinsicGas } from './intrinsic-gas.js'
import { isAboutAccount } from './kaia.js'
import { lookUpFacts } from './lookups.js'
import type { NetworkFacts } from './lookups.js'
import { NonceSource } from './nonces.js'
import { planBody, withHexPrefix } from './plan.js'
import type { EvmRequest } from './request.js'

type Input = PrepareInput<EvmRequest>

/** Turns requests into plans: everything that is asked from the network is asked here. */
export class EvmPlanner {
  readonly #nonces: NonceSource
  readonly #signers = new WeakMap<EvmRequest, Signer>()
  readonly #facts = new WeakMap<EvmRequest, Promise<NetworkFacts>>()

  constructor(
    private readonly definition: EvmDefinition,
    private readonly keys: Pick<ChainKeys, 'address'>,
    clock: Clock,
  ) {
    this.#nonces = new NonceSource(definition, clock)
  }

  /** @throws KeywardError INDEX_INVALID, WALLET_* */
  signer(input: Input): Signer {
    const known = this.#signers.get(input.request)
    if (known !== undefined) return known
    const signer = signerFrom(this.keys, input)
    this.#signers.set(input.request, signer)
    return signer
  }

  /** Asked once for each request; a failure is not remembered. @throws KeywardError API_* */
  facts(input: Input, lookups: ChainLookups): Promise<NetworkFacts> {
    const { request, network } = input
    const known = this.#facts.get(request)
    if (known !== undefined) return known
    const facts = lookUpFacts(this.definition, network, request, withHexPrefix(this.signer(input).address), lookups)
    this.#facts.set(request, facts)
    facts.catch(() => this.#facts.delete(request))
    return facts
  }

  /** @throws KeywardError TRANSACTION_MALFORMED, INDEX_INVALID, WALLET_*, API_* */
  async plan(input: Input, lookups: ChainLookups): Promise<SigningPlan> {
    const { request, network, previous } = input
    const signer = this.signer(input)
    const nonce = request.nonce ?? this.#nonces.next(network, signer.address, lookups)
    if (previous !== undefined && fitsSequence(previous, input, signer, await nonce)) return previous
    const [sequence, facts] = await Promise.all([nonce, this.facts(input, lookups)])
    return planOf(input, signer, sequence, facts)
  }
}

/** @throws KeywardError TRANSACTION_MALFORMED for gas that no node would take. */
function planOf(input: Input, signer: Signer, sequence: bigint, facts: NetworkFacts): SigningPlan {
  const { to, value = 0n, data = '0x' } = input.request
  const { chainId, gas, fees } = facts
  const creates = to === undefined && !isAboutAccount(fees)
  const needed = intrinsicGas({ creates, data, accessList: 'accessList' in fees ? fees.accessList : [] })
  if (gas < needed) {
    throw new KeywardError('TRANSACTION_MALFORMED', `the transaction has ${gas} gas and needs at least ${needed}`, {
      advice: 'Request it again with more gas, or without gas: then it is estimated.',
    })
  }
  const account = { address: signer.address, sequence: sequence.toString() }
  return singleSignerPlan(input, signer, account, planBody({ chainId, gas, to, value, data }, fees))
}
