import { backendSuite } from '../../kit/backend-suite.js'
import { AzurePlace } from '../../kit/azure/azure-place.js'

for (const emptyPages of [false, true]) {
  backendSuite(
    `the Azure backend${emptyPages ? ', on a vault with empty pages,' : ''}`,
    async () => {
      const place = await AzurePlace.make({ emptyPages })
      return { connect: () => place.backend(), dispose: () => place.dispose() }
    },
    { revision: false, atomicBatches: true },
  )
}
