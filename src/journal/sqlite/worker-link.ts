import { Worker } from 'node:worker_threads'
import { KeywardError } from '../../core/errors.js'
import { fromWire } from './protocol.js'
import type { FromWorker, ToWorker } from './protocol.js'
import type { SessionSettings } from './session.js'
import { startable } from './worker-entry.js'

/** How long a worker that has nothing left to do may take to disappear. */
const END_MS = 5_000

const RESTART = 'Start Keyward again: it goes on where the journal stands.'

interface Waiting {
  readonly resolve: (message: FromWorker) => void
  readonly reject: (error: KeywardError) => void
}

/**
 * The daemon's end of the worker thread: one question at a time, and always an answer. A worker that dies, fails or falls silent is an error for the one who
 * waits and for everybody after.
 */
export class WorkerLink {
  readonly #worker: Worker
  readonly #ended: Promise<void>
  #waiting: Waiting | undefined
  #failure: KeywardError | undefined

  private constructor(
    entry: URL,
    settings: SessionSettings,
    private readonly onFailure: (error: KeywardError) => void,
  ) {
    this.#worker = new Worker(startable(entry), { workerData: settings, name: 'keyward-journal' })
    this.#worker.on('message', (message: FromWorker) => this.#receive(message))
    this.#worker.on('messageerror', () => this.#fail(died('an unreadable answer')))
    this.#worker.on('error', (error) => this.#fail(died(error instanceof Error ? error.name : typeof error, error)))
    this.#ended = new Promise((resolve) => {
      this.#worker.once('exit', (code) => {
        this.#fail(died(`exit code ${code}`))
        resolve()
      })
    })
  }

  /**
   * Starts the worker and waits until the database is open.
   * @param onFailure called once, when the worker can no longer be used.
   * @throws KeywardError as the worker could not open it.
   */
  static async start(
    entry: URL,
    settings: SessionSettings,
    deadlineMs: number,
    onFailure: (error: KeywardError) => void,
  ): Promise<WorkerLink> {
    const link = new WorkerLink(entry, settings, onFailure)
    try {
      await link.#answer(deadlineMs)
    } catch (thrown) {
      await link.end()
      throw thrown
    }
    return link
  }

  /** Whether the worker can no longer be asked. */
  get failed(): boolean {
    return this.#failure !== undefined
  }

  /** @throws KeywardError JOURNAL_IO when there is no answer in time, or none at all any more. */
  ask(question: ToWorker, deadlineMs: number): Promise<FromWorker> {
    if (this.#failure) return Promise.reject(this.#failure)
    const answer = this.#answer(deadlineMs)
    this.#worker.postMessage(question)
    return answer
  }

  /** Resolves when the worker is gone and its locks are free. One that hangs in the disk is left behind: only the end of the process frees its locks. */
  async end(deadlineMs = END_MS): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, deadlineMs)
    })
    await Promise.race([this.#ended, late])
    clearTimeout(timer)
  }

  /** While somebody waits, the worker keeps the process alive; an idle one does not. */
  async #answer(deadlineMs: number): Promise<FromWorker> {
    this.#worker.ref()
    // An answer that came while this thread was busy is read after the timers, and before what `setImmediate` puts behind it.
    let last: NodeJS.Immediate | undefined
    const timer = setTimeout(() => {
      last = setImmediate(() => this.#giveUp(deadlineMs))
    }, deadlineMs)
    try {
      return await new Promise((resolve, reject) => {
        this.#waiting = { resolve, reject }
      })
    } finally {
      clearTimeout(timer)
      clearImmediate(last)
      this.#worker.unref()
    }
  }

  #giveUp(deadlineMs: number): void {
    const error = new KeywardError(
      'JOURNAL_IO',
      `the disk of the journal has not answered for ${deadlineMs / 1000} s`,
      {
        advice: `Check the disk and the system log. ${RESTART}`,
      },
    )
    this.#fail(error)
    void this.#worker.terminate()
  }

  #receive(message: FromWorker): void {
    if (message.kind === 'failed') {
      this.#fail(fromWire(message.error))
      return
    }
    const waiting = this.#waiting
    this.#waiting = undefined
    waiting?.resolve(message)
  }

  #fail(error: KeywardError): void {
    if (this.#failure) return
    this.#failure = error
    this.#waiting?.reject(error)
    this.#waiting = undefined
    this.onFailure(error)
  }
}

function died(how: string, cause?: unknown): KeywardError {
  return new KeywardError('JOURNAL_IO', `the thread that writes the journal has died (${how})`, {
    advice: RESTART,
    cause,
  })
}
