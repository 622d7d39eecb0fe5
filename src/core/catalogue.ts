import type { SignatureId } from './ids.js'
import type { Progress, StoreProblem } from './maintenance.js'
import type { SecretBackend } from './secret-backend.js'

/** One wallet of a backend whose product chooses the names itself. Holds no secret, but without it nobody finds the wallet again. */
export interface CatalogueEntry {
  readonly signatureId: SignatureId
  /** The name that the product gave. */
  readonly alias: string
  /** When it was given, ISO 8601. */
  readonly storedAt: string
}

export interface CatalogueRestoreReport {
  /** Entries that were missing and were taken up. */
  readonly restored: number
  /** Entries that were there already. */
  readonly known: number
  readonly problems: readonly StoreProblem[]
}

/** A backend that has to keep a catalogue of its own, because its product can neither list nor take names. `export` and backups include it. */
export interface CataloguedBackend extends SecretBackend {
  catalogue(): AsyncIterable<CatalogueEntry>
  /**
   * Takes up entries of an export after each was read back and proved to be that wallet. Changes no entry that is there.
   * @param entries as `catalogue` gave them; anything else is reported as a problem.
   */
  restoreCatalogue(entries: Iterable<unknown>, progress?: Progress): Promise<CatalogueRestoreReport>
}

export function keepsCatalogue(backend: SecretBackend): backend is CataloguedBackend {
  return 'catalogue' in backend && 'restoreCatalogue' in backend
}
