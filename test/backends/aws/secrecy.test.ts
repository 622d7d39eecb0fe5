import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { inspect, promisify } from 'node:util'
import { expect } from 'chai'
import { newSignatureId } from '../../../src/core/ids.js'
import { asKeywardError } from '../../../src/core/errors.js'
import { wipeWallet } from '../../../src/core/wallet.js'
import { AwsError } from '../../kit/aws/aws-error.js'
import { AwsPlace } from '../../kit/aws/aws-place.js'
import { ROOT_KEY } from '../../kit/aws/fake-aws.js'
import type { AwsFault } from '../../kit/aws/fake-aws.js'
import { sampleWallet } from '../../kit/sample-wallets.js'

const CANARY = 'canary zebra zebra zebra'
const CHILD = fileURLToPath(new URL('../../kit/aws-child.ts', import.meta.url))

describe('AWS: secrets stay where they belong', () => {
  let place: AwsPlace

  beforeEach(async () => {
    place = await AwsPlace.make()
  })

  afterEach(() => place.close())

  it('shows no wallet and no credential in an error, a log line, an address or a header', async () => {
    place.variables.set('T_TOKEN', 'canary-token')
    place.aws.keys.set(ROOT_KEY.accessKeyId, { ...ROOT_KEY, sessionToken: 'canary-token' })
    const auth = {
      method: 'static',
      accessKeyId: 'env:AWS_KEY_ID',
      secretAccessKey: 'env:AWS_KEY',
      sessionToken: 'env:T_TOKEN',
    }
    const backend = await place.opened({ auth })
    const wallet = (): ReturnType<typeof sampleWallet> => sampleWallet({ material: { mnemonic: CANARY } })
    const kept = wallet()
    await backend.create([kept])
    const { signatureId } = kept.descriptor
    // An answer that quotes what it was sent, and one that is a wallet broken off in the middle.
    const quoting: AwsFault['answer'][] = [
      new AwsError('ValidationException', `Value '${CANARY}' at 'secretString' failed`),
      new AwsError('SomethingException', CANARY, 400),
      { how: 'half', body: JSON.stringify({ Name: 'x', SecretString: `${CANARY} ${CANARY}` }) },
      { body: `{"SecretString":"${CANARY}` },
      { status: 500, body: `{"__type":"${CANARY}","message":"${CANARY}"}` },
    ]
    const shown: string[] = []
    for (const answer of quoting) {
      const work = {
        CreateSecret: () => backend.create([wallet()]),
        GetSecretValue: async () => wipeWallet(await backend.get(signatureId)),
        DescribeSecret: () => backend.remove(newSignatureId(), 'permanent'),
        ListSecrets: async () => expect(await backend.health()).to.have.property('reason'),
      }
      for (const [operation, run] of Object.entries(work)) {
        place.aws.fail({ operation: operation as keyof typeof work, answer, times: 5 })
        const error = await run().then(() => undefined, asKeywardError)
        place.aws.heal()
        // Until AWS is asked again after many outages.
        await place.clock.sleep(60_000)
        shown.push(inspect(error, { depth: 9, showHidden: true }), error === undefined ? '' : JSON.stringify(error))
      }
    }
    expect(shown.length).to.equal(40)
    await backend.remove(signatureId, 'recoverable')
    shown.push(inspect(backend, { depth: 9 }), inspect(place.log.lines, { depth: 9 }))
    for (const { target, headers } of place.aws.server.requests) {
      shown.push(target, inspect({ ...headers, 'x-amz-security-token': '' }))
    }
    for (const text of shown) {
      expect(text).not.to.include('zebra')
      expect(text).not.to.include(ROOT_KEY.secretAccessKey)
      expect(text).not.to.include('canary-token')
    }
    await backend.close()
  })

  it('gives a name to a creation that tells nothing of its value, and is not given twice', async () => {
    const backend = await place.opened()
    const secret = { material: { mnemonic: CANARY } }
    const wallets = [sampleWallet(secret), sampleWallet(secret)]
    await backend.create(wallets)
    const tokens = wallets.map(
      ({ descriptor }) => place.aws.secrets.find(`keyward/${descriptor.signatureId}`)?.version?.id ?? '',
    )
    expect(new Set(tokens).size).to.equal(2)
    for (const token of tokens) expect(token).to.match(/^[0-9a-f]{64}$/)
    await backend.close()
  })

  it('prints nothing, whatever the SDK would like to say', async function () {
    this.timeout(60_000)
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--import', 'tsx', CHILD], {
      env: {
        ...{ PATH: process.env['PATH'], DEBUG: '*', CANARY, AWS_REGION: 'eu-west-1', AWS_PROFILE: 'team' },
        AWS_SHARED_CREDENTIALS_FILE: await place.file(
          'credentials',
          `[team]\naws_access_key_id = ${ROOT_KEY.accessKeyId}\naws_secret_access_key = ${ROOT_KEY.secretAccessKey}\n`,
        ),
        // Both kinds of credentials: the SDK's default order warns of that on the console.
        ...{ AWS_ACCESS_KEY_ID: 'AKIAOTHER', AWS_SECRET_ACCESS_KEY: 'canary-other' },
        ...{ AWS_CONFIG_FILE: '/nowhere', AWS_ENDPOINT_URL_SECRETS_MANAGER: place.aws.url },
      },
    })
    expect(stderr).to.equal('')
    expect(stdout).to.equal('')
    expect(place.aws.count('DeleteSecret')).to.equal(1)
  })
})
