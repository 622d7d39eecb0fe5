import { setMaxListeners } from 'node:events'

export type StopReason = 'deadline' | 'interrupted'

/** Why and when a call has to stop: its time is up, or its caller lost interest. */
export interface Deadline {
  readonly signal: AbortSignal
  /** Set once `signal` has aborted. */
  readonly stopped: StopReason | undefined
}

/**
 * Runs something under a deadline. One timer and one listener per call, both removed when it ends: combining a long-lived signal through `AbortSignal.any`
 * for every call would pile up listeners on it.
 */
export async function withDeadline<T>(
  deadlineMs: number,
  outer: AbortSignal | undefined,
  run: (deadline: Deadline) => Promise<T>,
): Promise<T> {
  const controller = new AbortController()
  let stopped: StopReason | undefined
  const stop = (reason: StopReason): void => {
    stopped ??= reason
    controller.abort()
  }
  const interrupt = (): void => stop('interrupted')
  const timer = setTimeout(() => stop('deadline'), deadlineMs)
  if (outer?.aborted) interrupt()
  else if (outer) {
    // Many calls wait on one signal at the same time; that is no leak.
    setMaxListeners(0, outer)
    outer.addEventListener('abort', interrupt, { once: true })
  }
  try {
    return await run({
      signal: controller.signal,
      get stopped() {
        return stopped
      },
    })
  } finally {
    clearTimeout(timer)
    outer?.removeEventListener('abort', interrupt)
  }
}
