/** A whole HTTP answer of the approver. */
export interface Answer {
  readonly kind: 'answer'
  readonly status: number
  readonly contentType: string
  readonly contentEncoding: string
  readonly body: Buffer
}

/** No whole answer, and why. */
export interface NoAnswer {
  readonly kind: 'none'
  readonly why: 'timeout' | 'interrupted' | 'unreachable' | 'certificate' | 'cut-off' | 'too-large' | 'not-asked'
  /** The system's name of the problem. */
  readonly code?: string
}

export type Verdict =
  | { readonly verdict: 'approved'; readonly by?: string }
  | { readonly verdict: 'refused'; readonly by?: string; readonly reason: string }
  | {
      readonly verdict: 'undecided'
      readonly reason: string
      /** The answer should not have come at all: somebody ought to look at the approver or at what sits before it. */
      readonly suspicious?: boolean
    }

export const undecided = (reason: string): Verdict => ({ verdict: 'undecided', reason })
export const suspicious = (reason: string): Verdict => ({ verdict: 'undecided', reason, suspicious: true })
