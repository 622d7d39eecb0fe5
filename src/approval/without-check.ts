import type { Approver } from '../core/approver.js'

/** For testnets without a four-eye check: says yes to test money and to nothing else. */
export const approveWithoutCheck: Approver = {
  review: ({ plan, digest }) =>
    Promise.resolve(
      plan.network === 'testnet'
        ? { verdict: 'approved', digest, by: 'testnet without four-eye check' }
        : {
            verdict: 'undecided',
            digest,
            by: 'no four-eye check',
            reason: 'a mainnet transaction needs a four-eye check, and none is configured',
          },
    ),
}
