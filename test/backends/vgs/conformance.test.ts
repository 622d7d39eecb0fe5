import { backendSuite } from '../../kit/backend-suite.js'
import type { BackendPlace } from '../../kit/backend-suite.js'
import type { AliasBehaviour } from '../../kit/vgs/fake-aliases.js'
import { VgsPlace } from '../../kit/vgs/vgs-place.js'

const placeWith = (behaviour: Partial<AliasBehaviour>) => async (): Promise<BackendPlace> => {
  const place = await VgsPlace.make()
  Object.assign(place.fake.behaviour, behaviour)
  return { connect: () => place.backend(), dispose: () => place.dispose() }
}

const toggles = { revision: true, atomicBatches: true }

backendSuite('VGS, first generation of its API', placeWith({ generation: 'v1', aliasMember: 'value' }), toggles)
backendSuite(
  'VGS, second generation of its API, with fingerprints and replies in another order',
  placeWith({ generation: 'v2', fingerprinting: true, reversed: true, unknownInBatch: 404 }),
  toggles,
)
