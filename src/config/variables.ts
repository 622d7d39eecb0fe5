import { SETTING_ROWS } from './setting-rows.js'

/** A variable that the program reads, for `checkconfig` and the documentation. */
export interface VariableRow {
  readonly name: string
  /** The setting it gives; absent for variables that only lead to one. */
  readonly path?: string
  readonly summary: string
  readonly secret: boolean
}

/** Read where no setting is meant. The `TATUM_KMS_<VAULT>_*` variables belong to the flags `--aws`, `--azure` and `--vgs` of the reference tool. */
const OTHERS: readonly VariableRow[] = [
  { name: 'KEYWARD_CONFIG', summary: 'The configuration file, when `--config` is not given.', secret: false },
  { name: 'TATUM_KMS_AWS_REGION', summary: '`--aws`: region.', secret: false },
  { name: 'TATUM_KMS_AWS_ACCESS_KEY_ID', summary: '`--aws`: access key id.', secret: true },
  { name: 'TATUM_KMS_AWS_SECRET_ACCESS_KEY', summary: '`--aws`: secret access key.', secret: true },
  { name: 'TATUM_KMS_AWS_SECRET_NAME', summary: '`--aws`: name of the secret.', secret: false },
  {
    name: 'TATUM_KMS_AWS_SECRET_KEY',
    summary: '`--aws`: member of the secret that holds the password.',
    secret: false,
  },
  { name: 'TATUM_KMS_AZURE_VAULTURL', summary: '`--azure`: address of the vault.', secret: false },
  { name: 'TATUM_KMS_AZURE_SECRETNAME', summary: '`--azure`: name of the secret.', secret: false },
  { name: 'TATUM_KMS_AZURE_SECRETVERSION', summary: '`--azure`: version of the secret.', secret: false },
  { name: 'TATUM_KMS_VGS_ALIAS', summary: '`--vgs`: alias of the password.', secret: false },
  { name: 'TATUM_KMS_VGS_USERNAME', summary: '`--vgs`: user name.', secret: true },
  { name: 'TATUM_KMS_VGS_PASSWORD', summary: '`--vgs`: password.', secret: true },
]

/** Every variable that the program reads. */
export const VARIABLE_ROWS: readonly VariableRow[] = [
  ...SETTING_ROWS.flatMap((row) =>
    (row.variables ?? []).map((variable) => ({
      name: variable.name,
      path: row.path,
      summary: variable.summary ?? row.description,
      secret: variable.secret ?? false,
    })),
  ),
  ...OTHERS,
]
