import type { TatumApi } from '../core/tatum-api.js'
import type { TatumApiOptions } from './options.js'
import { TatumClient } from './tatum-client.js'

export type { TatumApiOptions } from './options.js'
export { PROTOCOL_VERSION } from './version-notice.js'

/**
 * The client of the Tatum API. It connects with the first call and loads its HTTP library then.
 * @throws KeywardError CONFIG_INVALID for an address or key that cannot be used.
 */
export function createTatumApi(options: TatumApiOptions): TatumApi {
  return new TatumClient(options)
}
