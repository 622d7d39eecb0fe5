import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { testCertificate } from '../test-certificate.js'
import { awsPlace } from './aws.js'
import { azurePlace } from './azure.js'
import type { CommandPlace } from './command-place.js'
import { filePlace } from './file.js'
import { vaultPlace } from './vault.js'
import { vgsPlace } from './vgs.js'

export type { CommandPlace, Trouble } from './command-place.js'

/**
 * One place for each product that wallets can be kept in, the file first.
 * @param folder for files of the places, e.g. the catalogue of VGS
 * @param secrets what unkind services say in their errors
 */
export async function commandPlaces(folder: string, secrets: readonly string[] = []): Promise<CommandPlace[]> {
  mkdirSync(folder, { recursive: true })
  const caFile = join(folder, 'ca.pem')
  writeFileSync(caFile, testCertificate.cert)
  return [
    filePlace(folder),
    await azurePlace(caFile, secrets),
    await vaultPlace(caFile, secrets),
    await awsPlace(caFile, secrets),
    await vgsPlace(folder, caFile, secrets),
  ]
}

/** Writes a configuration with these sections. JSON is YAML. @returns its path. */
export function writeConfiguration(folder: string, name: string, sections: object): string {
  const path = join(folder, `${name}.yaml`)
  writeFileSync(path, JSON.stringify(sections, undefined, 2))
  return path
}
