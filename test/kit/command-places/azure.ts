import { createHash } from 'node:crypto'
import { CLIENT, FakeEntra, TENANT } from '../azure/fake-entra.js'
import { FakeVault } from '../azure/fake-vault.js'
import { errorAnswer, throttled } from '../azure/vault-answers.js'
import type { Answer } from '../loopback-server.js'
import { SPOILED, requestLine, unkindAnswer } from './command-place.js'
import type { CommandPlace } from './command-place.js'

const CLIENT_SECRET = 'canary-azure-client-secret-7b1d'
/** The random part of each token that the fake gives. */
const TOKENS = Array.from({ length: 60 }, (_, n) => createHash('sha256').update(String(n)).digest('hex'))

/** @param secrets what an unkind vault says in its errors. */
export async function azurePlace(caFile: string, secrets: readonly string[] = []): Promise<CommandPlace> {
  const entra = await FakeEntra.start()
  const vault = await FakeVault.start(entra)
  const right = (): void => void entra.applications.set(CLIENT, { secret: CLIENT_SECRET })
  right()
  const always = (answer: Answer): void => vault.fault({ path: /./, times: Infinity, when: 'instead', answer })
  const connection = {
    vaultUrl: vault.url,
    authorityHost: entra.url,
    disableInstanceDiscovery: true,
    disableChallengeResourceVerification: true,
    auth: {
      ...{ method: 'client-secret', tenantId: TENANT, clientId: CLIENT },
      clientSecret: 'env:PLACE_AZURE_CLIENT_SECRET',
    },
    tls: { caFile },
  }
  return {
    product: 'azure',
    section: { type: 'azure', ...connection },
    connection,
    env: { PLACE_AZURE_CLIENT_SECRET: CLIENT_SECRET },
    credentials: [CLIENT_SECRET, ...TOKENS],
    lines: () => [...vault.requests, ...entra.requests].map(requestLine),
    keep: (name, value) => {
      vault.model.put(name, { value })
      return `azure:${vault.url}/secrets/${name}`
    },
    absent: (name) => `azure:${vault.url}/secrets/${name}`,
    troubles: {
      denied: () => always(errorAnswer(403, 'Forbidden', 'Caller is not authorized.', 'ForbiddenByRbac')),
      'wrong credential': () => void entra.applications.set(CLIENT, { secret: 'another secret' }),
      throttled: () => always(throttled()),
      'cut off': () => always(SPOILED['cut off']),
      'half an answer': () => always(SPOILED['half an answer']),
      garbage: () => always(SPOILED.garbage),
      unkind: () => always(unkindAnswer([...secrets, CLIENT_SECRET])),
      'unkind at sign-in': () => (entra.trouble = unkindAnswer([...secrets, CLIENT_SECRET])),
      down: () => {
        always(errorAnswer(503, 'ServiceUnavailable', 'The service is away.'))
        entra.trouble = { status: 503 }
      },
    },
    heal: () => {
      vault.heal()
      entra.trouble = undefined
      right()
    },
    close: async () => {
      await vault.close()
      await entra.close()
    },
  }
}
