import type { Secret } from '../../core/secret.js'

export type Tags = Readonly<Record<string, string>>

/** A version of a secret, without its value. */
export interface VersionFacts {
  readonly name: string
  /** 32 hexadecimal digits, in no order. */
  readonly version: string
  readonly enabled: boolean
  readonly tags: Tags
  /** Whole seconds: that is all Key Vault tells. */
  readonly createdAtMs: number
  readonly notBeforeMs: number | undefined
}

export interface ReadVersion extends VersionFacts {
  /** The caller wipes it. */
  readonly value: Secret
}

/** A secret in a listing: the facts of its current version, which listings do not name. */
export type ListedSecret = Pick<VersionFacts, 'name' | 'enabled' | 'tags'>

export interface DeletedFacts {
  /** ISO 8601; absent when the answer lacks it. */
  readonly deletedAt: string | undefined
  readonly purgesAt: string | undefined
}

export interface VersionChange {
  /** Key Vault replaces all tags by these. */
  readonly tags?: Tags
  readonly enabled?: boolean
  readonly notBeforeMs?: number
}

/**
 * The requests that the store makes of a vault, each at the vault's rate, under a deadline, repeated where that is harmless. All of them throw KeywardError;
 * WALLET_NOT_FOUND stands for every 404.
 */
export interface VaultClient {
  /** Signs in and looks which permissions there are. Nothing else may be called before. */
  open(signal?: AbortSignal): Promise<void>
  close(): Promise<void>
  ping(): Promise<void>
  /** May the identity look at deleted secrets? Known after `open`. */
  readonly seesDeleted: boolean

  /** @param version left out: the current one. */
  read(name: string, version?: string): Promise<ReadVersion>
  /** Makes a new version, and it the current one. Never fails because there is one already. */
  put(name: string, value: Secret, tags: Tags): Promise<VersionFacts>
  change(name: string, version: string, change: VersionChange): Promise<VersionFacts>
  /** All versions; none when there is no such secret. */
  versions(name: string): Promise<readonly VersionFacts[]>
  /** Every secret of the vault, page by page as they come. */
  list(): AsyncIterable<readonly ListedSecret[]>

  /** @returns once Key Vault has accepted the deletion, which takes some seconds to show. */
  delete(name: string): Promise<DeletedFacts | undefined>
  deleted(name: string): Promise<DeletedFacts>
  purge(name: string): Promise<void>
}
