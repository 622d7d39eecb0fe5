import { backendFaultSuite } from '../../kit/backend-fault-suite.js'
import { faultyVault } from '../../kit/vault/faulty-vault.js'

backendFaultSuite('Vault', () => faultyVault('vault'), { many: 1000 })
backendFaultSuite('OpenBao', () => faultyVault('openbao'), { many: 1000 })
