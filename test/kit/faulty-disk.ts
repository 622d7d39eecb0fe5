import { systemDisk } from '../../src/backends/common/disk.js'
import type { Disk } from '../../src/backends/common/disk.js'

type Operation = 'write' | 'sync' | 'read' | 'open' | 'link' | 'rename' | 'unlink' | 'mkdir' | 'readdir' | 'chmod'
type Handle = Awaited<ReturnType<Disk['open']>>

export const osError = (code: string): Error => Object.assign(new Error(`${code}: made up by a test`), { code })

/**
 * A disk on which the test decides what fails: `fault` is asked before every call, with the path it is about, and may throw an `osError`. Writes go out in
 * short pieces, as a real disk is allowed to do.
 */
export class FaultyDisk {
  fault: (operation: Operation, path: string) => void = () => undefined
  readonly calls: string[] = []

  readonly disk: Disk = {
    ...systemDisk,
    open: async (path, flags, mode) => {
      this.#before('open', String(path))
      return this.#wrap(await systemDisk.open(path, flags, mode), String(path))
    },
    link: async (from, to) => {
      this.#before('link', String(to))
      await systemDisk.link(from, to)
    },
    rename: async (from, to) => {
      this.#before('rename', String(to))
      await systemDisk.rename(from, to)
    },
    unlink: async (path) => {
      this.#before('unlink', String(path))
      await systemDisk.unlink(path)
    },
  }

  #wrap(handle: Handle, path: string): Handle {
    return new Proxy(handle, {
      get: (target, name) => {
        if (name === 'write')
          return (bytes: Buffer, at: number, length: number) => this.#writeShort(target, path, bytes, at, length)
        if (name === 'sync') {
          return async () => {
            this.#before('sync', path)
            await target.sync()
          }
        }
        const value: unknown = Reflect.get(target, name, target)
        return typeof value === 'function' ? (...args: unknown[]): unknown => Reflect.apply(value, target, args) : value
      },
    })
  }

  async #writeShort(handle: Handle, path: string, bytes: Buffer, at: number, length: number) {
    this.#before('write', path)
    return handle.write(bytes, at, Math.min(length, 97))
  }

  #before(operation: Operation, path: string): void {
    this.calls.push(`${operation} ${path}`)
    this.fault(operation, path)
  }
}
