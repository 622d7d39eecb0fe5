import { signatureIdSchema } from '../../core/ids.js'
import type { SignatureId } from '../../core/ids.js'

/** Names of wallets in the vault, `<prefix>-<signatureId>`. Key Vault compares names without regard to case, and may list them in another case than they were made in. */
export class WalletNames {
  readonly #start: string

  constructor(prefix: string) {
    this.#start = `${prefix}-`
  }

  nameOf(signatureId: SignatureId): string {
    return `${this.#start}${signatureId}`
  }

  /** @returns `undefined` for a name that is not that of a wallet below the prefix. */
  signatureIdOf(name: string): SignatureId | undefined {
    const start = name.slice(0, this.#start.length)
    if (start.toLowerCase() !== this.#start.toLowerCase()) return undefined
    return signatureIdSchema.safeParse(name.slice(this.#start.length)).data
  }
}
