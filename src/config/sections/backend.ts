import type { SettingFacts, VariableLookup } from '../setting.js'

/** The type that a configuration without a backend section has, as the reference tool has no other. */
export const DEFAULT_BACKEND_TYPE = 'file'

/** The part of a reference that a variable of the reference tool gives; empty when it is not set, which the reference's scheme then says. */
const given = (variable: VariableLookup, name: string): string => variable(name)?.trim() ?? ''

/** `#member` when the secret is a JSON object of which one member is meant. */
const fragment = (member: string): string => (member === '' ? '' : `#${member}`)

/** Azure addresses a secret as `VAULT/secrets/NAME[/VERSION]`. */
function azureReference(variable: VariableLookup): string {
  const vault = given(variable, 'TATUM_KMS_AZURE_VAULTURL').replace(/\/+$/, '')
  const parts = [given(variable, 'TATUM_KMS_AZURE_SECRETNAME'), given(variable, 'TATUM_KMS_AZURE_SECRETVERSION')]
  const name = parts.filter((part) => part !== '').join('/')
  return `azure:${vault === '' || name === '' ? '' : `${vault}/secrets/${name}`}`
}

function awsReference(variable: VariableLookup): string {
  return `aws:${given(variable, 'TATUM_KMS_AWS_SECRET_NAME')}${fragment(given(variable, 'TATUM_KMS_AWS_SECRET_KEY'))}`
}

/** Settings of the backend's section that flags and variables can give. The section's schema belongs to the backends. */
export const BACKEND_SETTINGS: Readonly<Record<string, SettingFacts>> = {
  'backend.type': {
    kind: 'text',
    description: 'Which secret backend keeps the wallets.',
    defaultText: DEFAULT_BACKEND_TYPE,
  },
  'backend.path': {
    kind: 'path',
    description: 'The wallet file.',
    defaultText: '`~/.keyward/wallet.dat`; `~/.tatumrc/wallet.dat` when only that exists',
    flags: [{ name: 'path', value: 'file' }],
    variables: [{ name: 'KEYWARD_WALLET_FILE' }],
  },
  'backend.password': {
    kind: 'secret',
    description: 'Reference to the password of the wallet file.',
    defaultText: '`prompt:`, which asks on a terminal',
    flags: [
      {
        name: 'aws',
        summary: 'Take the password from AWS Secrets Manager (variables TATUM_KMS_AWS_*).',
        read: (_, variable) => awsReference(variable),
      },
      {
        name: 'azure',
        summary: 'Take the password from Azure Key Vault (variables TATUM_KMS_AZURE_*).',
        read: (_, variable) => azureReference(variable),
      },
      {
        name: 'vgs',
        summary: 'Take the password from VGS (variables TATUM_KMS_VGS_*).',
        read: (_, variable) => `vgs:${given(variable, 'TATUM_KMS_VGS_ALIAS')}`,
      },
    ],
    variables: [
      {
        name: 'TATUM_KMS_PASSWORD',
        secret: true,
        summary: 'The password of the wallet file itself.',
        read: () => 'env:TATUM_KMS_PASSWORD',
      },
    ],
  },
}
