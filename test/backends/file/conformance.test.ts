import { backendSuite } from '../../kit/backend-suite.js'
import { storeAt, storeFolder } from '../../kit/file-store.js'

backendSuite(
  'the file backend',
  async () => {
    const { path, dispose } = await storeFolder()
    return { connect: () => storeAt(path), dispose }
  },
  { revision: true, atomicBatches: true },
)
