import type { InputStream } from './host.js'

/**
 * Reads a stream chunk by chunk and leaves it paused in between, so that a waiting program is not kept alive by it and what one question does not use is
 * there for the next.
 */
export class ChunkReader {
  readonly #stream: InputStream
  #unread: Buffer | undefined

  constructor(stream: InputStream) {
    this.#stream = stream
  }

  /** The next bytes, which the caller wipes when they are secret; `undefined` at the end of the stream. */
  next(): Promise<Buffer | undefined> {
    if (this.#unread !== undefined) {
      const chunk = this.#unread
      this.#unread = undefined
      return Promise.resolve(chunk)
    }
    const stream = this.#stream
    if (stream.readableEnded || stream.destroyed) return Promise.resolve(undefined)
    return new Promise((resolve, reject) => {
      const settle = (finish: () => void): void => {
        stream.off('data', onData).off('end', onEnd).off('close', onEnd).off('error', onError)
        stream.pause()
        finish()
      }
      const onData = (chunk: Buffer | string): void => {
        settle(() => resolve(typeof chunk === 'string' ? Buffer.from(chunk) : chunk))
      }
      const onEnd = (): void => settle(() => resolve(undefined))
      const onError = (problem: Error): void => settle(() => reject(problem))
      stream.on('data', onData).on('end', onEnd).on('close', onEnd).on('error', onError)
      stream.resume()
    })
  }

  /** Gives back what was read too far. */
  unread(rest: Buffer): void {
    if (rest.length > 0) this.#unread = rest
  }
}
