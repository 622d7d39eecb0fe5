import type { Dispatcher } from 'undici'
import type { Deadline } from '../core/deadline.js'
import type { Exchanged, HttpFailure, HttpReply } from './http-transport.js'

/**
 * Collects one answer, up to a size. It sits below undici's `request` on purpose: `onRequestStart` is called when a connection stands and the first byte is
 * about to be written, which is the only reliable line between "never left" and "may have been acted on".
 */
export class ReplyCollector implements Dispatcher.DispatchHandler {
  readonly done: Promise<Exchanged>
  readonly #settle: (exchanged: Exchanged) => void
  readonly #onStop = (): void => this.#fail(this.deadline.stopped ?? 'interrupted')
  #settled = false
  #controller: Dispatcher.DispatchController | undefined
  #status = 0
  #headers: HttpReply['headers'] = {}
  #chunks: Buffer[] = []
  #size = 0

  constructor(
    private readonly maxBytes: number,
    private readonly deadline: Deadline,
  ) {
    let settle: ((exchanged: Exchanged) => void) | undefined
    this.done = new Promise((resolve) => (settle = resolve))
    this.#settle = (exchanged) => {
      this.#settled = true
      this.#chunks = []
      deadline.signal.removeEventListener('abort', this.#onStop)
      settle?.(exchanged)
    }
    deadline.signal.addEventListener('abort', this.#onStop, { once: true })
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // Given up while it waited for a connection, or about to be written a second time: neither may leave.
    if (this.#settled || this.#controller !== undefined) {
      controller.abort(new Error('given up'))
      return
    }
    this.#controller = controller
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: HttpReply['headers']): void {
    if (this.#settled || status < 200) return
    this.#status = status
    this.#headers = headers
    if (Number(headers['content-length'] ?? 0) > this.maxBytes) this.#fail('oversized')
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#settled) return
    this.#size += chunk.length
    if (this.#size > this.maxBytes) this.#fail('oversized')
    else this.#chunks.push(chunk)
  }

  onResponseEnd(): void {
    if (this.#settled) return
    const body = this.#chunks.length === 1 && this.#chunks[0] ? this.#chunks[0] : Buffer.concat(this.#chunks)
    this.#settle({ kind: 'reply', status: this.#status, headers: this.#headers, body })
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (!this.#settled) this.#fail('network', codeOf(error))
  }

  #fail(reason: HttpFailure['reason'], code?: string): void {
    const sent = this.#controller !== undefined
    this.#settle({ kind: 'failure', reason, sent, ...(code === undefined ? {} : { code }) })
    this.#controller?.abort(new Error(reason))
  }
}

/** Codes only: the texts of foreign errors may quote what was sent. */
function codeOf(error: Error): string | undefined {
  const code: unknown = 'code' in error ? error.code : undefined
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]{2,60}$/.test(code) ? code : undefined
}
