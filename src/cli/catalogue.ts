import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { z } from 'zod'
import type { CataloguedBackend } from '../core/catalogue.js'
import { keepsCatalogue } from '../core/catalogue.js'
import { KeywardError } from '../core/errors.js'
import type { SecretBackend } from '../core/secret-backend.js'
import type { CommandContext } from './context.js'

/** @throws KeywardError BACKEND_UNSUPPORTED for a backend whose product knows the wallets by their signatureIds. */
export function demandCatalogue(backend: SecretBackend): CataloguedBackend {
  if (keepsCatalogue(backend)) return backend
  throw new KeywardError('BACKEND_UNSUPPORTED', `${backend.description} needs no catalogue`, {
    advice: 'The product finds the wallets by their signatureIds. There is nothing to keep or to restore.',
  })
}

/** The entries in a file that `backend catalogue` has printed. @throws KeywardError FILE_UNREADABLE */
export async function readCatalogueFile(context: CommandContext, file: string): Promise<readonly unknown[]> {
  const path = resolve(context.host.cwd, file)
  try {
    return z.array(z.unknown()).parse(JSON.parse(await readFile(path, 'utf8')))
  } catch (thrown) {
    throw unreadable(path, thrown)
  }
}

const unreadable = (path: string, cause: unknown): KeywardError =>
  new KeywardError('FILE_UNREADABLE', `${path} is no catalogue`, {
    advice: 'Give a file that `keyward backend catalogue` has printed. Nothing was changed.',
    cause,
  })
