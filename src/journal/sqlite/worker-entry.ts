import { fileURLToPath } from 'node:url'

/** The worker beside this file: compiled, or as TypeScript when the sources are run as they are. */
export const JOURNAL_WORKER = import.meta.url.endsWith('.ts')
  ? new URL('./worker.ts', import.meta.url)
  : new URL('./worker.js', import.meta.url)

/**
 * What `new Worker` can start. A worker does not inherit the loader that lets Node run TypeScript, so a TypeScript entry is wrapped in a line that registers
 * the loader first; compiled code, which is all that is published, is started directly.
 */
export function startable(entry: URL): URL {
  if (!entry.pathname.endsWith('.ts')) return entry
  // A path and not an address: the registered `require` of newer Node versions resolves paths only.
  const file = JSON.stringify(fileURLToPath(entry))
  const script = `import { createRequire } from 'node:module'; const require = createRequire(${file}); require('tsx/cjs/api').require(${file}, ${file})`
  return new URL(`data:text/javascript,${encodeURIComponent(script)}`)
}
