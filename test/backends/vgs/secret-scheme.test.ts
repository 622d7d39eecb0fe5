import { expect } from 'chai'
import { createVgsSecretScheme } from '../../../src/backends/vgs/index.js'
import type { VgsSchemeContext } from '../../../src/backends/vgs/secret-scheme.js'
import { vgsConnectionSchema } from '../../../src/backends/vgs/config.js'
import { failureOf } from '../../kit/failure-of.js'
import { CREDENTIALS } from '../../kit/vgs/fake-vgs.js'
import { VgsPlace } from '../../kit/vgs/vgs-place.js'

const ALIAS = 'tok_live_4xAJxTWkXmYSnYpPVq8Qhk'
const context = (variables: Record<string, string> = {}): VgsSchemeContext => ({
  purpose: { what: 'the password of the wallet store' },
  environment: {
    find: (name) => {
      const text = variables[name]
      return text === undefined ? undefined : { text }
    },
  },
})
const VARIABLES = { TATUM_KMS_VGS_USERNAME: CREDENTIALS.username, TATUM_KMS_VGS_PASSWORD: CREDENTIALS.password }

describe('VGS: secrets of the program', () => {
  let place: VgsPlace

  beforeEach(async () => {
    place = await VgsPlace.make()
    place.fake.vault.put('canary pässword of the store', ALIAS)
  })
  afterEach(() => place.dispose())

  const byVariables = (): ReturnType<typeof createVgsSecretScheme> => {
    place.fake.behaviour.generation = 'v1'
    const internals = { baseUrl: place.fake.url, tls: { caFile: place.caFile } }
    return createVgsSecretScheme(undefined, place.dependencies(), internals)
  }

  it('are read with the connection of the configuration', async () => {
    const { environment, baseUrl, auth, tls } = place.config()
    const connection = vgsConnectionSchema.parse({ environment, baseUrl, auth, tls })
    const secret = await createVgsSecretScheme(connection, place.dependencies())(ALIAS, context())
    expect(secret.text()).to.equal('canary pässword of the store')
    expect(place.fake.requests).to.have.length(1)
    expect(place.secrets.handedOut.every(({ wiped }) => wiped)).to.equal(true)
  })

  it('are read with the variables of the reference tool, in the form of that API', async () => {
    expect((await byVariables()(ALIAS, context(VARIABLES))).text()).to.equal('canary pässword of the store')
    expect(place.fake.requests).to.deep.equal([`GET /aliases/${ALIAS}?storage=PERSISTENT`])
  })

  it('say which variable is missing, and ask nobody', async () => {
    for (const missing of ['TATUM_KMS_VGS_USERNAME', 'TATUM_KMS_VGS_PASSWORD'] as const) {
      const error = await failureOf(byVariables()(ALIAS, context({ ...VARIABLES, [missing]: '' })))
      expect(error.code).to.equal('SECRET_REFERENCE_UNRESOLVED')
      expect(error.advice).to.contain(missing)
    }
    const nameless = await failureOf(byVariables()('', context(VARIABLES)))
    expect(nameless.advice).to.contain('TATUM_KMS_VGS_ALIAS')
    expect((await failureOf(byVariables()('../secrets', context(VARIABLES)))).code).to.equal(
      'SECRET_REFERENCE_UNRESOLVED',
    )
    expect(place.fake.requests).to.deep.equal([])
  })

  it('say that an alias is unknown, and that credentials are wrong, without showing them', async () => {
    const unknown = await failureOf(byVariables()('tok_live_nobody', context(VARIABLES)))
    expect(unknown.code).to.equal('SECRET_REFERENCE_UNRESOLVED')
    const wrong = { ...VARIABLES, TATUM_KMS_VGS_PASSWORD: 'canary-password-wrong' }
    const refused = await failureOf(byVariables()(ALIAS, context(wrong)))
    expect(refused.code).to.equal('BACKEND_UNAUTHENTICATED')
    expect(JSON.stringify([unknown, refused, place.log.lines])).not.to.match(/canary/)
  })
})
