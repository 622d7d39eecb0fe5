import { KeywardError } from '../../core/errors.js'
import type { SignatureId } from '../../core/ids.js'
import { walletExists, walletNotFound } from '../common/wallet-errors.js'
import type { Entries } from './entries.js'
import { VALUE_FIELD } from './values.js'
import type { Found } from './values.js'

export type Unusable = Exclude<Found, { readonly state: 'present' }>

/** What is said about an entry without a value that can be used, with the command that helps. */
export class WalletStates {
  /** @param place the backend's description. */
  constructor(
    private readonly entries: Entries,
    private readonly namespace: string | undefined,
    private readonly place: string,
  ) {}

  /** For whoever wanted the wallet. */
  errorOf(signatureId: SignatureId, found: Unusable): KeywardError {
    const context = { signatureId }
    switch (found.state) {
      case 'absent':
        return walletNotFound(signatureId, this.place)
      case 'deleted': {
        const advice = this.#undeleteAdvice(signatureId, found.version)
        return new KeywardError('WALLET_DELETED', `wallet ${signatureId} is deleted`, { advice, context })
      }
      case 'destroyed': {
        const advice = this.#purgeAdvice(signatureId)
        return new KeywardError('WALLET_DELETED', `the value of wallet ${signatureId} was destroyed`, {
          advice,
          context,
        })
      }
      case 'foreign':
        return new KeywardError('WALLET_CORRUPT', `the entry of wallet ${signatureId} has no field "${VALUE_FIELD}"`, {
          advice: 'Something else has written there. Look at its versions in Vault, and bring back the one of Keyward.',
          context,
        })
    }
  }

  /** For whoever wanted the name. */
  taken(signatureId: SignatureId, found: Unusable): KeywardError {
    switch (found.state) {
      case 'deleted':
        return walletExists(signatureId, 'deleted but recoverable', this.#undeleteAdvice(signatureId, found.version))
      case 'destroyed':
        return walletExists(signatureId, 'with its value destroyed', this.#purgeAdvice(signatureId))
      case 'absent':
      case 'foreign':
        return walletExists(signatureId)
    }
  }

  #undeleteAdvice(signatureId: SignatureId, version: number): string {
    return `Bring it back with: ${this.entries.undelete(signatureId, version, this.namespace)}`
  }

  #purgeAdvice(signatureId: SignatureId): string {
    return `It cannot be brought back from Vault. Restore it from a backup or an export; to free the name: keyward removewallet ${signatureId} --permanent`
  }
}
