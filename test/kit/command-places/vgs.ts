import { join } from 'node:path'
import type { Answer } from '../loopback-server.js'
import { errorAnswer } from '../vgs/fake-aliases.js'
import { CREDENTIALS, FakeVgs } from '../vgs/fake-vgs.js'
import { SPOILED, requestLine, unkindAnswer } from './command-place.js'
import type { CommandPlace } from './command-place.js'

/** How every token of the fake begins. */
const TOKEN = 'canary-token-'

/** @param secrets what an unkind service says in its errors. */
export async function vgsPlace(folder: string, caFile: string, secrets: readonly string[] = []): Promise<CommandPlace> {
  const vgs = await FakeVgs.start()
  const instead = (answer: Answer, atSignIn = false): void => {
    vgs.fault = ({ path }) => (path.endsWith('/token') === atSignIn ? { when: 'before', answer } : undefined)
  }
  const connection = {
    ...{ environment: 'sandbox', vaultId: 'tntcanary', baseUrl: vgs.url },
    auth: {
      ...{ method: 'service-account', clientId: 'env:PLACE_VGS_ID', clientSecret: 'env:PLACE_VGS_SECRET' },
      tokenUrl: vgs.tokenUrl,
    },
    tls: { caFile },
  }
  const right = { ...CREDENTIALS }
  return {
    product: 'vgs',
    section: { type: 'vgs', ...connection, catalogue: { path: join(folder, 'catalogue.jsonl') } },
    connection,
    env: { PLACE_VGS_ID: CREDENTIALS.clientId, PLACE_VGS_SECRET: CREDENTIALS.clientSecret },
    credentials: [right.clientSecret, TOKEN],
    lines: () => vgs.server.requests.map(requestLine),
    keep: (name, value) => `vgs:${vgs.vault.put(value, `tok_sandbox_${name.replaceAll('-', '')}`)}`,
    absent: (name) => `vgs:tok_sandbox_${name.replaceAll('-', '')}`,
    troubles: {
      denied: () => (vgs.scopes = []),
      'wrong credential': () => instead({ status: 401, body: { error: 'unauthorized_client' } }, true),
      throttled: () => instead(errorAnswer(429, 'Too many requests', 'Rate limit exceeded')),
      'cut off': () => instead(SPOILED['cut off']),
      'half an answer': () => instead(SPOILED['half an answer']),
      garbage: () => instead(SPOILED.garbage),
      unkind: () => instead(unkindAnswer([...secrets, right.clientSecret])),
      'unkind at sign-in': () => instead(unkindAnswer([...secrets, right.clientSecret]), true),
      down: () => instead({ status: 503 }),
    },
    heal: () => {
      vgs.fault = () => undefined
      vgs.scopes = ['aliases:read', 'aliases:write', 'aliases:delete']
    },
    close: () => vgs.close(),
  }
}
