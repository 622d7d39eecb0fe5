import type { CataloguedBackend, CatalogueEntry, CatalogueRestoreReport } from '../../core/catalogue.js'
import type { Progress } from '../../core/maintenance.js'
import type { BackendDependencies } from '../common/dependencies.js'
import { RemoteBackend } from '../common/remote-backend.js'
import { restoreCatalogue } from './restore-catalogue.js'
import type { VgsStore } from './vgs-store.js'

/** Wallets at VGS, with the catalogue that is part of them. */
export class VgsBackend extends RemoteBackend implements CataloguedBackend {
  readonly #store: VgsStore
  readonly #clock: BackendDependencies['clock']

  constructor(store: VgsStore, dependencies: Pick<BackendDependencies, 'log' | 'clock'>) {
    super(store, dependencies)
    this.#store = store
    this.#clock = dependencies.clock
  }

  async *catalogue(): AsyncIterable<CatalogueEntry> {
    const { rows } = await this.#store.catalogue.refresh()
    for (const row of rows.values()) {
      if (row.state === 'stored') yield { signatureId: row.id, alias: row.alias, storedAt: row.at }
    }
  }

  restoreCatalogue(entries: Iterable<unknown>, progress?: Progress): Promise<CatalogueRestoreReport> {
    const { catalogue, client } = this.#store
    return restoreCatalogue(catalogue, entries, { client, now: () => this.#clock.now() }, progress)
  }
}
