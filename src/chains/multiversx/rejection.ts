import type { RejectionMeaning } from '../../core/chain.js'

/*
 * Words of MultiversX's node (mx-chain-go, process/errors.go). Final is only what it says of bytes that it can never have taken. A nonce that is too low may mean that these bytes were executed,
 * and balances change. The same bytes sent again are taken again without effect.
 */

const REJECTED = /insufficient gas (?:limit|price) in tx/i

/** @param message a node's words, possibly inside the API's. */
export const meaningOf = (message: string): RejectionMeaning => (REJECTED.test(message) ? 'rejected' : 'unknown')
