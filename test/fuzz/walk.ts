import { isDeepStrictEqual } from 'node:util'
import type { Chain, ChainLookups, SignedTransaction, SigningKey } from '../../src/core/chain.js'
import { KeywardError } from '../../src/core/errors.js'
import type { ErrorCode } from '../../src/core/errors.js'
import type { Network, SignatureId } from '../../src/core/ids.js'
import { intentJson } from '../../src/core/intent.js'
import { canonicalJson } from '../../src/core/json.js'
import { parsePendingTransaction } from '../../src/core/pending-transaction.js'
import { planDigest } from '../../src/core/signing-plan.js'
import type { Signer } from '../../src/core/signing-plan.js'
import type { WalletDescriptor } from '../../src/core/wallet.js'

/** What is brought to a chain: anything in it may be damaged. */
export interface WalkInput {
  readonly chain: Chain
  readonly network: Network
  readonly item: unknown
  readonly wallets: ReadonlyMap<SignatureId, WalletDescriptor>
  readonly lookups: ChainLookups
  /** `undefined`: nothing is signed. */
  readonly keyOf: ((signer: Signer) => SigningKey) | undefined
  /** Milliseconds that the look-ups have spent on damaging their answers, which are not the chain's. */
  readonly lookupMs: () => number
  /** Other bytes than the signed ones, to be shown to the verifier. */
  readonly damageSigned: (raw: string) => string
}

export type Step = 'parse' | 'read' | 'accounts' | 'prepare' | 'decode' | 'sign' | 'verify' | 'refuse other bytes'

/** Where a walk ended: the last step that was made, and the code of the refusal if there was one. */
export interface Walked {
  readonly step: Step
  readonly code: ErrorCode | undefined
  /** Milliseconds of this process's own work. */
  readonly times: ReadonlyMap<Step, number>
}

const READING = ['TRANSACTION_MALFORMED', 'TRANSACTION_UNSUPPORTED', 'INDEX_INVALID'] as const

const isAboutWallets = (code: ErrorCode): boolean =>
  code.startsWith('WALLET_') || code === 'SIGNER_MISMATCH' || code === 'INDEX_INVALID'

/** What each step may end with, as its interface says. */
const ALLOWED: Readonly<Record<Step, (code: ErrorCode) => boolean>> = {
  parse: (code) => code === 'TRANSACTION_MALFORMED',
  read: (code) => READING.some((known) => known === code),
  accounts: isAboutWallets,
  prepare: (code) => /^(TRANSACTION_|API_)/.test(code) || code === 'SIGNATURE_INCOMPLETE' || isAboutWallets(code),
  // What prepare lets through can be shown to an approver: parts that cannot be explained are named in `undecoded`.
  decode: () => false,
  sign: (code) => ['SIGNER_MISMATCH', 'SIGNATURE_INCOMPLETE', 'TRANSACTION_MALFORMED'].includes(code),
  verify: () => false,
  'refuse other bytes': (code) => code === 'VERIFICATION_FAILED',
}

/** A broken promise of a chain. */
export class Defect extends Error {
  constructor(
    readonly step: Step,
    message: string,
    cause?: unknown,
  ) {
    super(`${step}: ${message}`, { cause })
  }
}

/** Brings one input through a chain as the pipeline does. @throws Defect for anything that the interface does not promise. */
export async function walk(input: WalkInput): Promise<Walked> {
  const watch = new Watch(input.lookupMs)
  try {
    await pass(input, watch)
  } catch (error) {
    if (!(error instanceof KeywardError)) throw described(watch.step, error)
    if (!ALLOWED[watch.step](error.code)) throw described(watch.step, error)
    return { step: watch.step, code: error.code, times: watch.times }
  }
  return { step: watch.step, code: undefined, times: watch.times }
}

async function pass(
  { chain, network, item, wallets, lookups, keyOf, damageSigned }: WalkInput,
  watch: Watch,
): Promise<void> {
  const { transactions } = chain
  const pending = await watch.over('parse', () => parsePendingTransaction(item))
  const request = await watch.over('read', () => transactions.read(pending, network))
  const chosen = new Map(request.signers.flatMap(({ signatureId }) => entryOf(wallets, signatureId)))
  const prepareInput = { pending, network, request, wallets: chosen }
  await watch.over('accounts', () => transactions.accounts(prepareInput))
  const plan = await watch.over('prepare', async () => {
    await transactions.warmUp?.(prepareInput, lookups)
    return transactions.prepare(prepareInput, lookups)
  })
  await watch.over('decode', () => {
    const intent = transactions.decode(plan, chosen)
    // What the journal and the approvers make of both: numbers that JSON cannot carry and texts that cannot be shown turn up here.
    planDigest(plan)
    if (
      !isDeepStrictEqual(JSON.parse(canonicalJson(intentJson(intent))), JSON.parse(JSON.stringify(intentJson(intent))))
    ) {
      throw new Error('the intent is not what its JSON says')
    }
  })
  if (keyOf === undefined) return
  const signed = await watch.over('sign', () => transactions.sign(plan, keyOf))
  await watch.over('verify', () => transactions.verify(plan, signed))
  const other = { ...signed, raw: damageSigned(signed.raw) }
  if (other.raw === signed.raw) return
  await watch.over('refuse other bytes', () => {
    transactions.verify(plan, other)
    throw new Error(`the verifier took bytes that were not signed: ${shortened(other)}`)
  })
}

const entryOf = <K, V>(map: ReadonlyMap<K, V>, key: K): [K, V][] => {
  const value = map.get(key)
  return value === undefined ? [] : [[key, value]]
}

/** Remembers which step runs and how long each took. */
class Watch {
  step: Step = 'parse'
  readonly times = new Map<Step, number>()

  constructor(private readonly notCounted: () => number) {}

  async over<T>(step: Step, work: () => T | Promise<T>): Promise<T> {
    this.step = step
    const [start, used, foreign] = [performance.now(), process.cpuUsage(), this.notCounted()]
    try {
      return await work()
    } finally {
      const { user, system } = process.cpuUsage(used)
      // On a busy machine more time passes than is used; a step that only waits uses none.
      const spent = Math.min(performance.now() - start, (user + system) / 1000)
      this.times.set(step, spent - (this.notCounted() - foreign))
    }
  }
}

function described(step: Step, error: unknown): Defect {
  if (error instanceof KeywardError) return new Defect(step, `ended with ${error.code} (${error.message})`, error)
  return new Defect(step, error instanceof Error ? `threw ${error.name}: ${error.message}` : 'threw no error', error)
}

const shortened = ({ raw }: SignedTransaction): string =>
  JSON.stringify(raw.length > 400 ? `${raw.slice(0, 400)}…` : raw)
