import { KeywardError } from '../core/errors.js'
import type { Settings } from './settings.js'

/**
 * What only the daemon demands.
 * @throws KeywardError APPROVAL_URL_REQUIRED when transactions of real value would be signed without anybody being asked.
 */
export function checkDaemonSettings(settings: Settings): void {
  if (settings.network === 'testnet' || settings.approval.url !== undefined) return
  throw new KeywardError(
    'APPROVAL_URL_REQUIRED',
    'on mainnet the daemon needs an approval service: missing --external-url',
    {
      advice: 'Give its address as --external-url or approval.url. For a test network add --testnet.',
    },
  )
}
