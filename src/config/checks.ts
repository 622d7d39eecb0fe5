import type { Winners } from './given.js'
import { dotted, EMPTY_VALUE, issueMessage } from './problems.js'
import type { Place, Problems } from './problems.js'
import { isReference, PLAIN_SECRET } from './references.js'
import { isSecretReference, leavesOf, valueAt } from './schema-walk.js'
import { configFileSchema } from './schema.js'
import type { ConfigFile } from './schema.js'
import { settingSuggestion } from './suggest.js'
import { isExposed } from './values.js'

/** A section with more unknown keys than this is no section of ours. */
const MAX_UNKNOWN = 20

/** Where the value or the key at a path was given. */
export interface Places {
  value(path: readonly PropertyKey[]): Place
  key(path: readonly PropertyKey[]): Place
}

/**
 * Checks data against the schema of the configuration file and reports everything that is wrong, each with its place.
 * @param isAccepted which secret references are fine; a text that is none may be the secret itself.
 * @returns the settings, or `undefined` when something was reported.
 */
export function checkTree(
  data: unknown,
  places: Places,
  problems: Problems,
  isAccepted: (value: unknown) => boolean = isReference,
): ConfigFile | undefined {
  const secrets = leavesOf(configFileSchema, data).filter((leaf) => isSecretReference(leaf.schema))
  const refused = secrets.filter((leaf) => !isAccepted(leaf.value))
  for (const { path, value } of refused) {
    const message = value === null ? EMPTY_VALUE : PLAIN_SECRET
    problems.add({ place: places.value(path.split('.')), path, message })
  }
  const parsed = configFileSchema.safeParse(data)
  const done = new Set(secrets.map((leaf) => leaf.path))
  for (const issue of parsed.error?.issues ?? []) {
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys.slice(0, MAX_UNKNOWN)) reportUnknown(data, issue.path, key, places, problems)
      continue
    }
    // The first complaint about a value is the one that explains the others.
    const path = dotted(issue.path)
    if (done.has(path)) continue
    done.add(path)
    problems.add({ place: places.value(issue.path), path, message: issueMessage(issue, valueAt(data, issue.path)) })
  }
  return refused.length === 0 ? parsed.data : undefined
}

/** What no single setting shows. */
export function checkTogether(winners: Winners, problems: Problems): void {
  const url = winners.get('approval.url')
  const allowed = winners.get('approval.allowInsecure')?.value === true
  const isSure = !problems.concern('approval.url') && !problems.concern('approval.allowInsecure')
  if (isSure && typeof url?.value === 'string' && isExposed(url.value) && !allowed) {
    problems.add({
      place: url.place,
      path: url.path,
      message:
        'must be https: over plain http, whoever sits in between can approve; approval.allowInsecure (--allow-insecure-approval) accepts that',
    })
  }
}

function reportUnknown(
  data: unknown,
  section: readonly PropertyKey[],
  key: string,
  places: Places,
  problems: Problems,
): void {
  // What does not look like a name is not repeated: it may be part of a secret that lost its quotes.
  const name = /^[\w-]{1,40}$/.test(key) ? key : '(a key)'
  const path = dotted([...section, name])
  const message = `is not a setting${settingSuggestion(data, section, key)}`
  problems.add({ place: places.key([...section, key]), path, message })
}
