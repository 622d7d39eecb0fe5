import { createHmac, randomUUID } from 'node:crypto'
import type { Approver, Decision, ReviewRequest } from '../../../src/core/approver.js'
import type { Chain, ChainLookups, ChainRegistry, PrepareInput } from '../../../src/core/chain.js'
import { KeywardError } from '../../../src/core/errors.js'
import { chainCodeSchema, signatureIdSchema } from '../../../src/core/ids.js'
import type { PendingId, SignatureId } from '../../../src/core/ids.js'
import { Keyring } from '../../../src/core/keyring.js'
import type { Log } from '../../../src/core/log.js'
import { requestDigest } from '../../../src/core/pending-transaction.js'
import { Daemon } from '../../../src/core/pipeline/daemon.js'
import type { DaemonOptions } from '../../../src/core/pipeline/daemon.js'
import { Pipeline } from '../../../src/core/pipeline/pipeline.js'
import { Secret } from '../../../src/core/secret.js'
import type { SecretBackend } from '../../../src/core/secret-backend.js'
import type { SigningPlan } from '../../../src/core/signing-plan.js'
import type {
  BroadcastReply,
  BroadcastRequest,
  FailureReport,
  PendingStatus,
  TatumApi,
} from '../../../src/core/tatum-api.js'
import type { ManagedWallet, WalletDescriptor } from '../../../src/core/wallet.js'
import { WalletDirectory } from '../../../src/core/wallet-directory.js'
import { MemoryJournal } from '../../kit/memory-journal.js'

export const TST = chainCodeSchema.parse('TST')
export const quiet: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
}
/** No real waiting: a sleep is one turn of the event loop. */
export const clock = { now: () => Date.now(), sleep: () => new Promise<void>((resolve) => setImmediate(resolve)) }

/** A made-up account chain: the address is the wallet's name, the signature an HMAC, the sequence an ever growing nonce. */
export function testChain(expired?: (plan: SigningPlan) => boolean): Chain {
  const sign = (key: Buffer, plan: SigningPlan): string =>
    `${JSON.stringify(plan.body)}.${createHmac('sha256', key).update(JSON.stringify(plan.body)).digest('hex')}`
  const txId = (raw: string): string => createHmac('sha256', 'id').update(raw).digest('hex')
  const unused = (): never => {
    throw new Error('not part of this test')
  }
  return {
    definition: {
      ...{ code: TST, name: 'Test', aliases: [], family: 'test', curve: 'secp256k1', decimals: 0, apiPath: 'test' },
      ...{ derivation: { mainnet: 'm', testnet: 'm' }, offchainWithdrawals: true, walletMembers: ['privateKey'] },
    },
    keys: {
      ...{
        generate: unused,
        generateSingleKey: unused,
        fromMnemonic: unused,
        fromPrivateKey: unused,
        address: unused,
        privateKey: unused,
        inspect: () => [],
        describe: ({ descriptor }) => ({ address: descriptor.signatureId }),
      },
      open: (wallet) => {
        const key = wallet.material.privateKey?.use((bytes) => Buffer.from(bytes)) ?? Buffer.alloc(0)
        const address = wallet.descriptor.address ?? ''
        const wipe = (): void => undefined
        return { key: () => ({ privateKey: key, publicKey: key, address, wipe }), wipe: () => key.fill(0) }
      },
    },
    transactions: {
      read: (pending) => {
        if (!pending.serializedTransaction.startsWith('pay'))
          throw new KeywardError('TRANSACTION_MALFORMED', 'does not begin with pay')
        return { signers: pending.hashes.map((signatureId) => ({ signatureId })) }
      },
      accounts: ({ request, wallets }) =>
        request.signers.map(({ signatureId }) => wallets.get(signatureId)?.address ?? ''),
      prepare: async (input: PrepareInput, lookups: ChainLookups): Promise<SigningPlan> => {
        const [signer] = input.request.signers
        const address = (signer && input.wallets.get(signer.signatureId)?.address) ?? ''
        const count = BigInt(String(await lookups.get(`/count/${address}`)))
        const highest = await lookups.highestSequence(address)
        const sequence = highest !== undefined && highest >= count ? highest + 1n : count
        if (input.previous?.account?.sequence === sequence.toString()) return input.previous
        const { pending, network } = input
        return {
          ...{
            version: 1,
            pendingId: pending.id,
            chain: pending.chain,
            network,
            requestDigest: requestDigest(pending),
          },
          signers: signer ? [{ ...signer, address }] : [],
          account: { address, sequence: sequence.toString() },
          body: { order: pending.serializedTransaction, nonce: sequence.toString() },
        }
      },
      decode: (plan) => ({
        chain: TST,
        network: plan.network,
        actions: [],
        fee: { asset: { chain: TST }, amount: 0n, maximum: false },
        undecoded: [],
      }),
      sign: (plan, keyOf) => {
        const [signer] = plan.signers
        if (!signer) throw new KeywardError('SIGNATURE_INCOMPLETE', 'no signer')
        const raw = sign(keyOf(signer).privateKey, plan)
        return { raw, txId: txId(raw) }
      },
      verify: () => undefined,
      ...(expired ? { expired: async (plan: SigningPlan) => expired(plan) } : {}),
      find: async (id, lookups) => (await lookups.get(`/tx/${id}`)) === true,
      rejection: (message) =>
        message === 'already known' ? 'already-known' : message === 'rejected for good' ? 'rejected' : 'unknown',
    },
  }
}

const notPartOfThis = (): Promise<never> => Promise.reject(new Error('not part of this test'))

/** Tatum and the network behind it, as one truth that outlives daemons. */
export class Network implements TatumApi {
  readonly pendings = new Map<
    string,
    {
      id: string
      chain: string
      hashes: readonly string[]
      serializedTransaction: string
      doneAs?: string
      txId?: string
    }
  >()
  /** Everything that reached the network, by pending id: more than one distinct text for one id is a double payment. */
  readonly arrived = new Map<string, string[]>()
  readonly nonces = new Map<string, bigint>()
  readonly reports: FailureReport[] = []
  /** Answers for the next broadcasts; `undefined` means: behave. */
  script:
    ((request: BroadcastRequest, accept: () => BroadcastReply) => BroadcastReply | Promise<BroadcastReply>) | undefined
  pollFails: KeywardError | undefined
  extraItems: unknown[] = []
  polls: (readonly SignatureId[])[] = []

  ask(wallet: string, order: string, change: object = {}): PendingId {
    const id = randomUUID().replaceAll('-', '').slice(0, 24)
    this.pendings.set(id, { id, chain: 'TST', hashes: [wallet], serializedTransaction: order, ...change })
    return id as PendingId
  }

  async pending(_chain: string, ids: readonly SignatureId[]): Promise<readonly unknown[]> {
    this.polls.push(ids)
    if (this.pollFails) throw this.pollFails
    const open = [...this.pendings.values()].filter((pending) => pending.doneAs === undefined)
    return [...open.map(({ doneAs: _hidden, ...item }) => item), ...this.extraItems]
  }

  async broadcast(request: BroadcastRequest): Promise<BroadcastReply> {
    return this.script ? this.script(request, () => this.#accept(request)) : this.#accept(request)
  }

  #accept({ pendingId, raw }: BroadcastRequest): BroadcastReply {
    const seen = this.arrived.get(pendingId) ?? []
    const txId = createHmac('sha256', 'id').update(raw).digest('hex')
    if (seen.includes(raw)) return { outcome: 'refused', message: 'already known' }
    this.arrived.set(pendingId, [...seen, raw])
    const { nonce } = JSON.parse(raw.slice(0, raw.lastIndexOf('.'))) as { nonce: string }
    const address = this.pendings.get(pendingId)?.hashes[0] ?? ''
    if ((this.nonces.get(address) ?? 0n) <= BigInt(nonce)) this.nonces.set(address, BigInt(nonce) + 1n)
    const pending = this.pendings.get(pendingId)
    if (pending) pending.doneAs = txId
    return { outcome: 'accepted', txId, completed: true }
  }

  async status(id: string): Promise<PendingStatus> {
    const pending = this.pendings.get(id)
    if (!pending) return { state: 'missing' }
    return pending.doneAs === undefined ? { state: 'open' } : { state: 'done', txId: pending.doneAs }
  }

  async complete(id: string, txId: string): Promise<void> {
    const pending = this.pendings.get(id)
    if (pending) pending.doneAs = txId
  }

  async reportFailures(failures: readonly FailureReport[]): Promise<void> {
    this.reports.push(...failures)
  }

  async get(path: string): Promise<unknown> {
    const [, kind, name = ''] = path.split('/')
    if (kind === 'count') return (this.nonces.get(name) ?? 0n).toString()
    return [...this.arrived.values()]
      .flat()
      .some((raw) => createHmac('sha256', 'id').update(raw).digest('hex') === name)
  }

  rpc = notPartOfThis
  post = notPartOfThis
  external = notPartOfThis

  async close(): Promise<void> {}
}

export class Wallets implements SecretBackend {
  readonly description = 'wallets of a test'
  readonly capabilities = { recoverableRemoval: false, readOnly: false }
  readonly descriptors = new Map<SignatureId, WalletDescriptor>()
  reads = 0
  listings = 0
  current = '1'

  add(network: 'mainnet' | 'testnet' = 'testnet', chain = TST): SignatureId {
    const signatureId = signatureIdSchema.parse(randomUUID())
    this.descriptors.set(signatureId, { signatureId, chain, network, kind: 'privateKey', address: signatureId })
    return signatureId
  }

  async get(signatureId: SignatureId): Promise<ManagedWallet> {
    this.reads += 1
    const descriptor = this.descriptors.get(signatureId)
    if (!descriptor) throw new KeywardError('WALLET_NOT_FOUND', 'no such wallet')
    return { descriptor, material: { privateKey: Secret.fromText(`key of ${signatureId}`) } }
  }

  async *list(): AsyncIterable<WalletDescriptor> {
    this.listings += 1
    yield* this.descriptors.values()
  }

  async *getMany(): AsyncIterable<never> {}
  async open(): Promise<void> {}
  async close(): Promise<void> {}
  async create(): Promise<void> {}
  async remove(): Promise<void> {}
  async health(): Promise<{ ready: boolean }> {
    return { ready: true }
  }
  async revision(): Promise<string> {
    return this.current
  }
}

export const yes: Approver = {
  review: async ({ digest }: ReviewRequest): Promise<Decision> => ({ verdict: 'approved', digest, by: 'test' }),
}

/** One life of a daemon over a world that goes on without it. */
export function life(parts: {
  expired?: (plan: SigningPlan) => boolean
  network: TatumApi
  journal: MemoryJournal
  wallets: Wallets
  approver?: Approver
  log?: Log
}): {
  daemon: Daemon
  keyring: Keyring
  options: DaemonOptions
} {
  const { network, journal, wallets, approver = yes, log = quiet } = parts
  const chain = testChain(parts.expired)
  const registry: ChainRegistry = { definitions: [chain.definition], resolve: () => TST, load: async () => chain }
  const keyring = new Keyring(wallets, clock, { cacheMs: 60_000, maxWallets: 10 })
  const pipeline = new Pipeline(journal, network, approver, keyring, log, clock)
  const daemon = new Daemon(
    registry,
    new WalletDirectory(wallets, log, clock, { relistMs: 60_000 }),
    network,
    journal,
    keyring,
    pipeline,
    log,
    clock,
  )
  const options: DaemonOptions = { chains: [TST], network: 'testnet', periodMs: 10, concurrency: 8, shutdownMs: 1000 }
  return { daemon, keyring, options }
}

export const world = (): { network: Network; journal: MemoryJournal; wallets: Wallets } => ({
  network: new Network(),
  journal: new MemoryJournal(clock),
  wallets: new Wallets(),
})
