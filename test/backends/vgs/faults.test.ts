import { backendFaultSuite } from '../../kit/backend-fault-suite.js'
import { faultyVgs } from '../../kit/vgs/faulty-vgs.js'

// Nothing is sealed at VGS. Its first generation has no sessions that could end.
backendFaultSuite('VGS, second generation', () => faultyVgs('v2'), { without: ['sealed'], many: 2000 })
backendFaultSuite('VGS, first generation', () => faultyVgs('v1'), { without: ['sealed', 'expired'], many: 200 })
