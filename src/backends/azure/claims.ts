import { createHash } from 'node:crypto'
import type { Secret } from '../../core/secret.js'
import type { Tags, VersionFacts } from './vault-client.js'

/*
 * Key Vault has no write that creates only, and no compare-and-set: every write adds a version and makes it the current one. So a wallet is created in two steps, and
 * a tag tells which step a version has reached (docs/adr/0022-azure-key-vault.md). A version that is not confirmed is no wallet: readers pass over it. The proof that at
 * most one claim is ever confirmed needs no clock:
 *
 * - A claim is all versions that hold one value; `claim` is a digest of the value, which holds a random nonce.
 * - A creator writes its version (`creating`), then lists all versions. It confirms at once if there is no other claim. Of two creators the second to list sees the
 *   first, so at most one finds itself alone.
 * - Otherwise it marks its claim: `contested`, or `late` if it saw a claim that was marked or confirmed. Then it waits until one is confirmed, which it yields to, or
 *   until all are marked. From then on no `contested` one can be added: whoever comes now sees a mark and is `late`. So all who wait see the same contested claims,
 *   and the one with the smallest digest is confirmed.
 */

/** Tags of ours besides the labels; Key Vault allows 15. */
const CLAIM = 'claim'
const STATE = 'state'

export const UNCONFIRMED = ['creating', 'contested', 'late'] as const
export type ClaimState = (typeof UNCONFIRMED)[number] | 'confirmed'

export interface Claim {
  readonly digest: string
  readonly state: ClaimState
  /** Oldest first. */
  readonly versions: readonly VersionFacts[]
}

/** A claim's name: it says nothing about the value, which holds 128 random bits. */
export const claimDigest = (value: Secret): string =>
  value.use((bytes) => createHash('sha256').update('keyward-azure-claim\0').update(bytes).digest('hex').slice(0, 32))

export const claimTags = (labels: Tags, digest: string, state: ClaimState): Tags => ({
  ...labels,
  [CLAIM]: digest,
  ...(state === 'confirmed' ? {} : { [STATE]: state }),
})

/** The labels, as they were given to `create`. */
export function labelsOfTags(tags: Tags): Tags {
  const { [CLAIM]: _claim, [STATE]: _state, ...labels } = tags
  return labels
}

/** Also versions that another tool has written, which carry none of our tags, are wallets. */
export function stateOf({ tags }: Pick<VersionFacts, 'tags'>): ClaimState {
  const state = tags[STATE]
  if (state === undefined) return 'confirmed'
  return UNCONFIRMED.find((known) => known === state) ?? 'creating'
}

/** "Not before" of a version that was buried, in 1970: a mark that a creator who wakes up late does not overwrite, as it writes tags alone. */
export const BURIED_AT_MS = 1000
/** Given to a version that was buried by mistake, so that it does not count as buried when an operator switches it off some day. */
export const UNBURIED_AT_MS = 2000

export const isBuried = ({ enabled, notBeforeMs }: Pick<VersionFacts, 'enabled' | 'notBeforeMs'>): boolean =>
  !enabled && notBeforeMs === BURIED_AT_MS

const PROGRESS: readonly ClaimState[] = ['creating', 'contested', 'late', 'confirmed']
const furthest = (left: ClaimState, right: ClaimState): ClaimState =>
  PROGRESS.indexOf(left) >= PROGRESS.indexOf(right) ? left : right

/** The claims to a name; what was buried is left out. A repeated write that arrives late does not put its claim back to `creating`. */
export function claimsOf(versions: readonly VersionFacts[]): readonly Claim[] {
  const claims = new Map<string, Claim>()
  const living = versions.filter((version) => !isBuried(version))
  for (const version of living.sort((a, b) => a.createdAtMs - b.createdAtMs || (a.version < b.version ? -1 : 1))) {
    const digest = version.tags[CLAIM] ?? version.version
    const known = claims.get(digest)
    const state = known === undefined ? stateOf(version) : furthest(known.state, stateOf(version))
    claims.set(digest, { digest, state, versions: [...(known?.versions ?? []), version] })
  }
  return [...claims.values()]
}

/** The claim that wins among those that nobody else may join any more; `undefined` while one of them is not marked. */
export function decided(claims: readonly Claim[]): string | undefined {
  if (claims.some(({ state }) => state === 'creating')) return undefined
  const contested = claims.filter(({ state }) => state === 'contested')
  return contested.map(({ digest }) => digest).sort()[0]
}

/** The version to read when the current one is not confirmed: the newest confirmed one. */
export function confirmedVersion(versions: readonly VersionFacts[]): VersionFacts | undefined {
  return versions
    .filter((version) => !isBuried(version) && stateOf(version) === 'confirmed')
    .reduce<VersionFacts | undefined>(
      (newest, version) => (newest !== undefined && newest.createdAtMs > version.createdAtMs ? newest : version),
      undefined,
    )
}
