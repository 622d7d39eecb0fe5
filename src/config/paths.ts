import { absolutePath } from './files.js'
import type { Given } from './given.js'
import { absoluteReference, isReference } from './references.js'
import { rowOf } from './setting-rows.js'

/** Sections whose form belongs to the backends. */
const BACKENDS = /^(backend|references)\./
/** Members of them that name files, by convention: `path`, `tls.caFile`, `tokenPath`. */
const BACKEND_PATH = /^(backend|references)\.(.+\.)?(path|\w+(File|Path))$/

/** Values with their paths made absolute, whoever gave them: a setting must not change its meaning with the working directory of a later step. */
export function absoluteGivens(givens: readonly Given[], home: string): Given[] {
  return givens.map((given) => {
    const { path, value, baseDir } = given
    if (typeof value !== 'string' || value.trim() === '') return given
    const kind = rowOf(path)?.kind
    if (kind === 'path' || BACKEND_PATH.test(path)) return { ...given, value: absolutePath(value, baseDir, home) }
    const mayRefer = kind === 'secret' || BACKENDS.test(path)
    return mayRefer && isReference(value) ? { ...given, value: absoluteReference(value, baseDir, home) } : given
  })
}
