import { KeywardError } from '../../core/errors.js'
import type { SignatureId } from '../../core/ids.js'

/** @param how in which form it is taken, e.g. `deleted but recoverable`, when it is not simply there. */
export const walletExists = (signatureId: SignatureId, how?: string, advice?: string): KeywardError =>
  new KeywardError('WALLET_EXISTS', `there is a wallet ${signatureId} already${how === undefined ? '' : `, ${how}`}`, {
    advice: advice ?? 'A wallet is never overwritten. Nothing was stored; use another signatureId.',
    context: { signatureId },
  })

/** @param place the backend's description. */
export const walletNotFound = (signatureId: SignatureId, place: string): KeywardError =>
  new KeywardError('WALLET_NOT_FOUND', `there is no wallet ${signatureId} in ${place}`, {
    advice: 'Check the signatureId and the backend of the configuration: `keyward wallets list`.',
    context: { signatureId },
  })
