import { z } from 'zod'
import { KeywardError } from '../core/errors.js'
import type { ChainCode, PendingId, SignatureId } from '../core/ids.js'
import type { JsonValue } from '../core/json.js'
import type { BroadcastReply, BroadcastRequest, FailureReport, PendingStatus, TatumApi } from '../core/tatum-api.js'
import { ApiCaller, jsonBody } from './api-caller.js'
import type { ApiCall } from './api-caller.js'
import { malformed } from './api-errors.js'
import { broadcastCall, readBroadcast, txIdSchema } from './broadcast.js'
import { readRpcReply } from './json-rpc.js'
import type { TatumApiOptions } from './options.js'
import { joinLists, PendingBodies } from './pending-list.js'
import { PROTOCOL_VERSION, VersionNotice } from './version-notice.js'

/** A list of pending transactions may be long; what is longer than this is no such list. */
const MAX_LIST_BYTES = 64 * 1024 * 1024
const REPORTS_PER_CALL = 500

const listSchema = z.array(z.unknown())
const statusSchema = z.object({ id: z.string().optional(), txId: txIdSchema.or(z.literal('')).nullish() })

/** The Tatum API over keep-alive connections. */
export class TatumClient implements TatumApi {
  readonly #caller: ApiCaller
  readonly #notice: VersionNotice
  readonly #bodies = new PendingBodies()
  readonly #testnet: Readonly<Record<string, string>>
  readonly #hosts = new Map<string, ApiCaller>()
  #rpcId = 0

  constructor(private readonly options: TatumApiOptions) {
    this.#caller = new ApiCaller(options)
    this.#notice = new VersionNotice(options.log, options.clock)
    this.#testnet = { 'x-testnet-type': options.testnetType }
  }

  async pending(
    chain: ChainCode,
    signatureIds: readonly SignatureId[],
    signal?: AbortSignal,
  ): Promise<readonly unknown[]> {
    if (signatureIds.length === 0) return []
    const lists: (readonly unknown[])[] = []
    for (const body of this.#bodies.of(chain, signatureIds)) lists.push(await this.#pendingPart(chain, body, signal))
    return joinLists(lists)
  }

  async broadcast(request: BroadcastRequest, signal?: AbortSignal): Promise<BroadcastReply> {
    const outcome = await this.#caller.once(broadcastCall(request, this.options), signal)
    return readBroadcast(outcome, request.withdrawalId !== undefined, this.#caller.key)
  }

  async status(pendingId: PendingId, signal?: AbortSignal): Promise<PendingStatus> {
    const call: ApiCall = { method: 'GET', path: `/v3/kms/${pendingId}` }
    let found: unknown
    try {
      found = await this.#caller.json(call, signal)
    } catch (thrown) {
      if (isMissing(thrown)) return { state: 'missing' }
      throw thrown
    }
    const parsed = statusSchema.safeParse(found)
    if (!parsed.success) throw malformed(call, 'something that is not a pending transaction')
    const { id = pendingId, txId } = parsed.data
    if (id.toLowerCase() !== pendingId.toLowerCase()) throw malformed(call, 'with another pending transaction')
    return txId ? { state: 'done', txId } : { state: 'open' }
  }

  async complete(pendingId: PendingId, txId: string, signal?: AbortSignal): Promise<void> {
    await this.#caller.repeatable({ method: 'PUT', path: `/v3/kms/${pendingId}/${encodeURIComponent(txId)}` }, signal)
  }

  async reportFailures(failures: readonly FailureReport[], signal?: AbortSignal): Promise<void> {
    for (let start = 0; start < failures.length; start += REPORTS_PER_CALL) {
      const errors = failures
        .slice(start, start + REPORTS_PER_CALL)
        .map(({ pendingId, error }) => ({ signatureId: pendingId, error: this.#caller.key.redact(error) }))
      await this.#caller.repeatable({ method: 'POST', path: '/v3/tatum/kms/batch', body: jsonBody({ errors }) }, signal)
    }
  }

  get(path: string, signal?: AbortSignal): Promise<unknown> {
    return this.#caller.json({ method: 'GET', path, headers: this.#testnet }, signal)
  }

  async rpc(
    path: string,
    method: string,
    params: readonly unknown[],
    signal?: AbortSignal,
    once = false,
  ): Promise<unknown> {
    const id = (this.#rpcId += 1)
    const body = jsonBody({ jsonrpc: '2.0', id, method, params })
    const call: ApiCall = { method: 'POST', path, headers: this.#testnet, body }
    return readRpcReply(
      { ...call, method: `POST ${method} to` },
      await (once ? this.#caller.jsonOnce(call, signal) : this.#caller.json(call, signal)),
      id,
      this.#caller.key,
    )
  }

  post(path: string, body: JsonValue, signal?: AbortSignal): Promise<unknown> {
    return this.#caller.json({ method: 'POST', path, headers: this.#testnet, body: jsonBody(body) }, signal)
  }

  async external(
    method: 'GET' | 'POST',
    url: string,
    body?: JsonValue,
    signal?: AbortSignal,
    once = false,
  ): Promise<unknown> {
    const { origin, pathname, search } = new URL(url)
    const call = { method, path: pathname + search, ...(body === undefined ? {} : { body: jsonBody(body) }) }
    const host = this.#host(origin)
    return once ? host.jsonOnce(call, signal) : host.json(call, signal)
  }

  async close(): Promise<void> {
    await Promise.all([this.#caller, ...this.#hosts.values()].map((caller) => caller.close()))
  }

  /** Callers for hosts beside the API: they share its deadlines and retries, and get neither its key nor its headers. */
  #host(origin: string): ApiCaller {
    const known = this.#hosts.get(origin)
    if (known) return known
    const { key: _, ...options } = this.options
    const caller = new ApiCaller({ ...options, url: origin })
    this.#hosts.set(origin, caller)
    return caller
  }

  async #pendingPart(chain: ChainCode, body: Buffer, signal?: AbortSignal): Promise<readonly unknown[]> {
    const call: ApiCall = {
      method: 'POST',
      path: `/v3/kms/pending/${chain}`,
      headers: { 'x-ttm-kms-client-version': PROTOCOL_VERSION },
      body,
      maxBytes: MAX_LIST_BYTES,
    }
    const reply = await this.#caller.repeatable(call, signal)
    this.#notice.observe(reply.headers['x-ttm-kms-latest-version'])
    const list = listSchema.safeParse(this.#caller.parse(call, reply))
    if (!list.success) throw malformed(call, 'something that is not a list', reply.status)
    return list.data
  }
}

/** The API calls an unknown id 403 `kms.missing`; 404 is what its documents let expect. */
function isMissing(thrown: unknown): boolean {
  if (!(thrown instanceof KeywardError) || thrown.code !== 'API_REFUSED') return false
  return thrown.context['errorCode'] === 'kms.missing' || thrown.context['status'] === 404
}
