import { backendFaultSuite } from '../../kit/backend-fault-suite.js'
import { faultyAzure } from '../../kit/azure/faulty-azure.js'

// Nothing is sealed in a Key Vault.
backendFaultSuite('Azure Key Vault', faultyAzure, { without: ['sealed'], many: 1000 })
