import { startMoto } from '../../servers/servers.js'
import { describeWithServers } from '../../servers/servers.js'
import type { RunningServer } from '../../servers/servers.js'
import { AwsPlace } from '../../kit/aws/aws-place.js'
import { backendSuite } from '../../kit/backend-suite.js'

const TOGGLES = { revision: false, atomicBatches: true }

backendSuite(
  'AWS Secrets Manager',
  async () => {
    const place = await AwsPlace.make()
    return { connect: () => place.backend(), dispose: () => place.close() }
  },
  TOGGLES,
)

describeWithServers('AWS Secrets Manager on moto', () => {
  let moto: RunningServer
  let places = 0

  before(async function () {
    this.timeout(90_000)
    moto = await startMoto()
  })

  after(() => moto.stop())

  backendSuite(
    'the AWS backend on moto',
    async () => {
      const place = await AwsPlace.make()
      places += 1
      const settings = { endpoint: moto.url, prefix: `suite/${places}` }
      return { connect: () => place.backend(settings), dispose: () => place.close() }
    },
    TOGGLES,
  )
})
