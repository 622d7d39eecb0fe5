/** What proves who we are, for one request. `text` is made at the last moment and is never logged. */
export interface Authorization {
  readonly text: string
}

/** One way to sign in to the vault API. */
export interface SignIn {
  /** Resolves the references. @throws KeywardError SECRET_REFERENCE_UNRESOLVED, CONFIG_INVALID, BACKEND_* */
  open(signal?: AbortSignal): Promise<void>
  /** Makes sure that `authorization` will do for a while. Called before a request waits for its turn, never while it has one. */
  prepare(signal?: AbortSignal): Promise<void>
  /** The value of the header for a request that leaves now. */
  authorization(): Authorization
  /** The vault did not accept this one. @returns whether there is another one to try, once. */
  renew(refused: Authorization, signal?: AbortSignal): Promise<boolean>
  /** Wipes everything. Safe to call twice. */
  close(): void
}
