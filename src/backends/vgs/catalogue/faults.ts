import { basename } from 'node:path'
import { KeywardError } from '../../../core/errors.js'
import type { ReplacedFile } from '../../common/replaced-file.js'

/** Name of the newest copy beside the catalogue, which is that of its last version. */
export const newestCopy = async (file: ReplacedFile): Promise<string | undefined> =>
  (await file.siblings('.backup-').catch(() => [])).at(-1)

/** Adds to a fault of the content which file it is about, and what to do. */
export async function explained(thrown: unknown, file: ReplacedFile): Promise<unknown> {
  if (!(thrown instanceof KeywardError)) return thrown
  const advice = thrown.code === 'STORE_DAMAGED' ? await repairAdvice(file) : thrown.advice
  return new KeywardError(thrown.code, `${file.path}: ${thrown.message}`, {
    ...(advice === undefined ? {} : { advice }),
    context: { path: file.path },
  })
}

export async function missingCatalogue(file: ReplacedFile): Promise<KeywardError> {
  const copied = (await newestCopy(file)) !== undefined
  const advice = copied
    ? await repairAdvice(file)
    : 'Is its disk mounted, and is `catalogue.path` right? The first command that makes or restores a wallet creates the catalogue.'
  return new KeywardError('STORE_MISSING', `there is no catalogue of VGS aliases at ${file.path}`, {
    advice,
    context: { path: file.path },
  })
}

async function repairAdvice(file: ReplacedFile): Promise<string> {
  const copy = await newestCopy(file)
  const keep = 'Nothing was changed. Keep what is there, and'
  if (copy === undefined) {
    return `${keep} put your own backup of the catalogue in its place, or restore it from an export: docs/backends/vgs.md.`
  }
  return `${keep} put the newest copy in its place: cp ${copy} ${basename(file.path)} (in ${file.folder}).`
}
