import { basename } from 'node:path'
import type { SignatureId } from '../../core/ids.js'
import type { Disk } from '../common/disk.js'
import { epochText, realFilePath, ReplacedFile } from '../common/replaced-file.js'

/** The files of a store: the store itself, earlier versions, and copies of removed wallets, all in one folder. */
export class StoreFile extends ReplacedFile {
  /** @throws KeywardError STORE_IO, STORE_MISSING */
  static async at(path: string, disk: Disk): Promise<StoreFile> {
    return new StoreFile(await realFilePath(path, disk), disk)
  }

  removedName(id: SignatureId, epoch: number): string {
    return `${basename(this.path)}.removed-${id}-${epochText(epoch)}`
  }

  legacyName(now: number): string {
    return `${basename(this.path)}.legacy-${new Date(now).toISOString().replace(/[-:.]/g, '')}`
  }
}
