import { expect } from 'chai'
import { backendConfigSchema, createSecretSchemes, secretConnectionsSchema } from '../../src/backends/index.js'
import type { SecretReference, SecretSource } from '../../src/core/secret-reference.js'
import { Secret } from '../../src/core/secret.js'
import { failureOf } from '../kit/failure-of.js'
import { RecordingLog } from '../kit/recording-log.js'
import { SleepingClock } from '../kit/sleeping-clock.js'

const purpose = { what: 'the API key' }
const environment = { find: () => undefined }

describe('references to vaults', () => {
  const asked: SecretReference[] = []
  const secrets: SecretSource = {
    resolve: (reference) => {
      asked.push(reference)
      return Promise.resolve(Secret.fromText('of this machine'))
    },
  }
  const schemes = (connections: object, backend: object = { type: 'file' }): ReturnType<typeof createSecretSchemes> =>
    createSecretSchemes(secretConnectionsSchema.parse(connections), backendConfigSchema.parse(backend), {
      secrets,
      log: new RecordingLog(),
      clock: new SleepingClock(),
    })

  it('do not send one vault to another for its credentials, where the two could wait for each other', async () => {
    const azure = {
      vaultUrl: 'https://keyward.vault.azure.net',
      auth: {
        method: 'client-secret',
        tenantId: 'contoso.example',
        clientId: '11111111-1111-4111-8111-111111111111',
        clientSecret: 'vault:secret/azure#password',
      },
    }
    const rest = 'https://keyward.vault.azure.net/secrets/password'
    const error = await failureOf(schemes({ azure }).azure(rest, { purpose, environment }))
    expect(error.code).to.equal('SECRET_REFERENCE_UNRESOLVED')
    expect(error.message).to.contain('vault itself')
    expect(asked).to.deep.equal([])
  })

  it('say which variable is missing when nothing is configured', async () => {
    for (const [scheme, variable] of [
      ['aws', 'TATUM_KMS_AWS_SECRET_NAME'],
      ['azure', 'TATUM_KMS_AZURE_VAULTURL'],
      ['vgs', 'TATUM_KMS_VGS_ALIAS'],
    ] as const) {
      const error = await failureOf(schemes({})[scheme]('', { purpose, environment }))
      expect(error.code).to.equal('SECRET_REFERENCE_UNRESOLVED')
      expect(error.advice).to.contain(variable)
    }
    const vault = await failureOf(schemes({}).vault('secret/keyward#password', { purpose, environment }))
    expect(vault.advice).to.contain('VAULT_ADDR')
  })
})
