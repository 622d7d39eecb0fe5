import type { JsonValue } from './json.js'
import type { ChainCode, PendingId, SignatureId } from './ids.js'

export interface BroadcastRequest {
  readonly chain: ChainCode
  /** e.g. `bitcoin`. */
  readonly apiPath: string
  readonly pendingId: PendingId
  /** Present: the off-chain broadcast, which completes the withdrawal too. */
  readonly withdrawalId?: string
  readonly raw: string
}

/**
 * `unknown`: the bytes may have been accepted; look them up and send the same ones again. `refused`: the API said no and meant this request;
 * whether that is final for the bytes is the chain's to say.
 */
export type BroadcastReply =
  | { readonly outcome: 'accepted'; readonly txId: string; readonly completed: boolean }
  | { readonly outcome: 'refused'; readonly message: string }
  | { readonly outcome: 'unknown'; readonly message: string }

export interface FailureReport {
  readonly pendingId: PendingId
  /** What went wrong, in one line; no secrets, no whole transactions. */
  readonly error: string
}

export type PendingStatus =
  { readonly state: 'open' } | { readonly state: 'done'; readonly txId: string } | { readonly state: 'missing' }

/** The calls of the Tatum API that the pipeline makes. Deadlines, retries and `Retry-After` are inside. */
export interface TatumApi {
  /** Items are not parsed: one bad item must not hide the others. @throws KeywardError API_* */
  pending(chain: ChainCode, signatureIds: readonly SignatureId[], signal?: AbortSignal): Promise<readonly unknown[]>
  broadcast(request: BroadcastRequest, signal?: AbortSignal): Promise<BroadcastReply>
  status(pendingId: PendingId, signal?: AbortSignal): Promise<PendingStatus>
  /** Marks a pending transaction as done; a repeat is harmless. */
  complete(pendingId: PendingId, txId: string, signal?: AbortSignal): Promise<void>
  reportFailures(failures: readonly FailureReport[], signal?: AbortSignal): Promise<void>
  get(path: string, signal?: AbortSignal): Promise<unknown>
  /** A POST that may be repeated. */
  post(path: string, body: JsonValue, signal?: AbortSignal): Promise<unknown>
  /** A call to another host than the API, without its headers and key; an absolute address. */
  external(
    method: 'GET' | 'POST',
    url: string,
    body?: JsonValue,
    signal?: AbortSignal,
    once?: boolean,
  ): Promise<unknown>
  /** @param once not repeated when a byte of it may have left. */
  rpc(path: string, method: string, params: readonly unknown[], signal?: AbortSignal, once?: boolean): Promise<unknown>
  close(): Promise<void>
}
