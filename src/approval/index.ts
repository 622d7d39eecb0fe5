import { UrlApprover } from './url-approver.js'
import type { UrlApproverOptions } from './url-approver.js'

export type { ReplyMode } from './judge.js'
export type { UrlApprover, UrlApproverOptions } from './url-approver.js'
export { approveWithoutCheck } from './without-check.js'

/**
 * The four-eye check by URL (docs/four-eye-check.md). It connects with the first question and loads its HTTP library then.
 * @throws KeywardError CONFIG_INVALID for an address that may not be used.
 */
export function createUrlApprover(options: UrlApproverOptions): UrlApprover {
  return new UrlApprover(options)
}
