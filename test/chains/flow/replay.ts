import type { RecordedExchange } from '../../kit/replay-server.js'
import { idOf, keyOfAccount, publicKeyOf, vectors, walletOf } from './kit.js'
import type { Case } from './kit.js'

/** A recording as the replay server plays it: the node below the API's address, and what the reference does not ask and we do. */

const NODE = 'https://rest-testnet.onflow.org'
/** Below the replay server. */
export const NODE_PATH = '/flow-node'

/** Scripts that the reference was given and that are signed as they are. */
export const playable: readonly Case[] = vectors.signing.filter(
  ({ payloadMessageHex }) => payloadMessageHex !== undefined,
)

/** The server of the recordings invented the ids of transactions: here they have their own. */
export function withOwnId<T>(row: Case, value: T): T {
  const recorded = row.httpExchange.find(({ request }) => request.url === `${NODE}/v1/transactions`)?.response.body
  const invented = (recorded as { id: string }).id
  return JSON.parse(JSON.stringify(value).replaceAll(invented, idOf(row.submit.body))) as T
}

export function exchangesOf(row: Case): RecordedExchange[] {
  const { index } = row.pendingTransaction as { index?: number }
  const recorded = row.httpExchange
    // The server takes note of these.
    .filter(({ request }) => !request.url.endsWith('/broadcast'))
    .map(({ request: { method, url, body }, response }) => ({
      method,
      // Contracts and payloads are not looked at, so they are not asked for.
      url: url.replace(NODE, NODE_PATH).replace('&expand=payload', '').replace('expand=contracts,keys', 'expand=keys'),
      ...(body === undefined ? {} : { body }),
      response,
    }))
  const answers = {
    '/network/parameters': { chain_id: 'flow-testnet' },
    '/accounts/01cf0e2f2f715450?block_height=sealed&expand=keys': {
      address: '01cf0e2f2f715450',
      keys: [keyOfAccount(publicKeyOf(walletOf(row), index))],
    },
  }
  const beside = Object.entries(answers).map(([path, body]) => ({
    method: 'GET',
    url: `${NODE_PATH}/v1${path}`,
    response: { status: 200, body },
  }))
  const completed = {
    method: 'PUT',
    url: `/v3/kms/${row.pendingTransaction.id}/${idOf(row.submit.body)}`,
    response: { status: 200, body: {} },
  }
  return [...withOwnId(row, recorded), ...beside, completed]
}
