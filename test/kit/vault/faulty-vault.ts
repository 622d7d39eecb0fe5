import type { FaultyPlace, PlaceFault } from '../backend-fault-suite.js'
import { HurriedClock } from '../hurried-clock.js'
import type { Answer, Received } from '../loopback-server.js'
import type { VaultConfig } from '../../../src/backends/vault/config.js'
import { FakeVault, walletGrants } from './fake-vault.js'
import { vaultBackend, vaultConfig, vaultTools } from './vault-kit.js'

/** `expired` and `sealed` are states of the server and not answers. */
const ANSWERS: Readonly<Record<Exclude<PlaceFault, 'expired' | 'sealed' | 'late-reset' | 'late-half'>, Answer>> = {
  denied: { status: 403, body: { errors: ['1 error occurred:\n\t* permission denied\n\n'] } },
  throttled: { status: 429, body: { errors: ['request path "secret/": rate limit quota exceeded'] } },
  'throttled-with-wait': { status: 429, headers: { 'retry-after': '2' }, body: { errors: ['quota exceeded'] } },
  slow: { delayMs: 100 },
  reset: { how: 'reset' },
  hang: { how: 'hang' },
  half: { how: 'half', body: { data: { data: 'half of it' } } },
  garbage: { body: '<html>Please sign in</html>', headers: { 'content-type': 'text/html' } },
  unwell: { status: 500, body: { errors: ['internal error'] } },
}

/** Vault going wrong in the ways that the suites for all products know. */
export async function faultyVault(flavour: 'vault' | 'openbao'): Promise<FaultyPlace> {
  const fake = await FakeVault.start({ flavour })
  fake.tokens.allow('approle', { role_id: 'r', secret_id: 's' }, { grants: walletGrants(), ttl: 3600 })
  const clock = new HurriedClock()
  const tools = vaultTools({ SID: 's' }, clock)
  const auth = { method: 'approle', roleId: 'r', secretId: 'env:SID' }
  const configOf = (requestMs: number): VaultConfig =>
    vaultConfig({ address: fake.url, auth, timeouts: { requestMs, totalMs: 30_000 } })
  const pathOf = (id: string): string => `keyward/wallets/${id}`
  const aboutWallets = ({ path }: Received): boolean => /\/(data|metadata|detailed-metadata)(\/|$)/.test(path)
  let left = 0
  /** Counts a request that the fault hits. */
  const hit = (request: Received): boolean => aboutWallets(request) && left-- > 0

  const heal = (): void => {
    left = 0
    fake.state = 'active'
    fake.before = () => undefined
    fake.after = (_, answer) => answer
    clock.skip(60_000) // A product that did not answer is left alone for a while.
  }
  const fail = (fault: PlaceFault, times = Number.MAX_SAFE_INTEGER): void => {
    left = times
    if (fault === 'sealed') fake.state = 'sealed'
    else if (fault === 'expired') fake.tokens.revokeAll()
    else if (fault === 'late-reset' || fault === 'late-half') {
      const how = fault === 'late-reset' ? 'reset' : 'half'
      fake.after = (request, answer) => (hit(request) ? { ...answer, how } : answer)
    } else if (fault === 'slow') {
      fake.after = (request, answer) => (hit(request) ? { ...answer, ...ANSWERS.slow } : answer)
    } else {
      fake.before = (request) => (hit(request) ? ANSWERS[fault] : undefined)
    }
  }
  return {
    ...{ fail, heal },
    connect: (patient) => vaultBackend(configOf(patient ? 20_000 : 1000), tools),
    dispose: () => fake.close(),
    spoil: (id, value) => fake.kv().put(pathOf(id), valueIn(value), fake.kv().custom(pathOf(id)) ?? null),
    valueOf: (id) => JSON.stringify(fake.kv().peek(pathOf(id))),
    softDelete: (id) => void fake.kv().delete(pathOf(id)),
    logged: () => JSON.stringify(tools.log.lines),
  }
}

/** An entry holds fields: a text that is none stands in one of its own. */
function valueIn(text: string): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(text)
    return parsed as Readonly<Record<string, unknown>>
  } catch {
    return { wallet: text }
  }
}
