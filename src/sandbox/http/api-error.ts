/** One field that was wrong. The API's own form also repeats the value and the whole object; we never do, because either may hold a key. */
export interface FieldProblem {
  readonly property: string
  readonly constraints: Readonly<Record<string, string>>
}

/** An answer in the API's error shape: `{statusCode, errorCode, message, data?}`; the HTTP status is `statusCode`. */
export class ApiError extends Error {
  override readonly name = 'ApiError'

  constructor(
    readonly statusCode: number,
    /** A code of the API, or one of ours, which begin with `sandbox.`. */
    readonly errorCode: string,
    message: string,
    readonly data?: readonly FieldProblem[],
  ) {
    super(message)
  }

  toJSON(): Readonly<Record<string, unknown>> {
    return {
      statusCode: this.statusCode,
      errorCode: this.errorCode,
      message: this.message,
      ...(this.data === undefined ? {} : { data: this.data }),
    }
  }
}

/** 403, which is what the API answers to everything a well-formed request may not do. */
export const forbidden = (errorCode: string, message: string): ApiError => new ApiError(403, errorCode, message)

/** 400 for a request that is not of the right form. */
export const invalidRequest = (problems: readonly FieldProblem[]): ApiError =>
  new ApiError(
    400,
    'validation.failed',
    'Request validation failed. Please see data for additional information.',
    problems,
  )

/** One wrong field, in the form `invalidRequest` takes. */
export const problem = (property: string, rule: string, message: string): FieldProblem => ({
  property,
  constraints: { [rule]: message },
})

/** 501 that names what the sandbox does not have. */
export const notServed = (what: string): ApiError =>
  new ApiError(
    501,
    'sandbox.not.served',
    `The sandbox does not serve ${what}. docs/sandbox.md lists what it does; the rest needs the real API.`,
  )
