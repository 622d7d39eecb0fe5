import type { Answer } from '../loopback-server.js'
import { FakeVault, walletGrants } from '../vault/fake-vault.js'
import { SPOILED, requestLine, unkindAnswer } from './command-place.js'
import type { CommandPlace } from './command-place.js'

const ROLE = { role_id: 'the-role', secret_id: 'canary-vault-secret-id-2f6a' }
const FACTS = {
  grants: [...walletGrants(), { path: 'secret/data/program/*', capabilities: ['read'] }],
  ttl: 3600,
}
const FORBIDDEN: Answer = { status: 403, body: { errors: ['1 error occurred:\n\t* permission denied\n\n'] } }
/** How every token of the fake begins. */
const TOKEN = 'hvs.'

/** @param secrets what an unkind server says in its errors. */
export async function vaultPlace(caFile: string, secrets: readonly string[] = []): Promise<CommandPlace> {
  const vault = await FakeVault.start({ tls: true })
  vault.tokens.allow('approle', ROLE, FACTS)
  const always = (answer: Answer, matches = (path: string): boolean => !path.endsWith('/login')): void => {
    vault.before = ({ path }) => (matches(path) ? answer : undefined)
  }
  const connection = {
    address: vault.url,
    auth: { method: 'approle', roleId: ROLE.role_id, secretId: 'env:PLACE_VAULT_SECRET_ID' },
    tls: { caFile },
  }
  return {
    product: 'vault',
    section: { type: 'vault', mount: 'secret', prefix: 'keyward/wallets', ...connection },
    connection,
    env: { PLACE_VAULT_SECRET_ID: ROLE.secret_id },
    credentials: [ROLE.secret_id, TOKEN],
    lines: () => vault.requests.map(requestLine),
    keep: (name, value) => {
      vault.kv().write(`program/${name}`, { value }, undefined)
      return `vault:secret/program/${name}#value`
    },
    absent: (name) => `vault:secret/program/${name}#value`,
    troubles: {
      denied: () => always(FORBIDDEN, (path) => path.startsWith('/v1/secret/')),
      'wrong credential': () => vault.tokens.forbid('approle', ROLE),
      throttled: () => (vault.quota = { left: 0 }),
      sealed: () => (vault.state = 'sealed'),
      'cut off': () => always(SPOILED['cut off']),
      'half an answer': () => always(SPOILED['half an answer']),
      garbage: () => always(SPOILED.garbage),
      unkind: () => always(unkindAnswer([...secrets, ROLE.secret_id])),
      'unkind at sign-in': () => always(unkindAnswer([...secrets, ROLE.secret_id]), (path) => path.endsWith('/login')),
      down: () => always({ status: 502 }, () => true),
    },
    heal: () => {
      vault.before = () => undefined
      vault.state = 'active'
      vault.quota = undefined
      vault.tokens.allow('approle', ROLE, FACTS)
    },
    close: () => vault.close(),
  }
}
