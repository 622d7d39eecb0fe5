import { remoteText } from '../../core/errors.js'

interface Issue {
  readonly path: readonly PropertyKey[]
  readonly message: string
}

const MAX_ISSUES = 5

/** What a schema finds wrong with a transaction, as text for an error: where, and why, the first five of them. Names may come from the requester. */
export const issueText = ({ issues }: { readonly issues: readonly Issue[] }): string =>
  remoteText(
    issues
      .slice(0, MAX_ISSUES)
      .map(({ path, message }) => `${path.map(String).join('.') || 'transaction'}: ${message}`)
      .join('; '),
  )
