export { requireApiKey } from './api-key.js'
export { checkDaemonSettings } from './daemon-settings.js'
export { Environment } from './environment.js'
export { loadSettings } from './load-settings.js'
export type { SettingsInput } from './load-settings.js'
export { maskSecret } from './mask.js'
export { createSecretSource } from './secret-source.js'
export type {
  ClosableSecretSource,
  SchemeContext,
  SecretScheme,
  SecretSchemes,
  SecretSourceOptions,
} from './secret-source.js'
export type { LoadedSettings, SecretInputs, Settings, SettingSource } from './settings.js'
export { VARIABLE_ROWS } from './variables.js'
export type { VariableRow } from './variables.js'
