import { dirname } from 'node:path'
import { checkTree } from './checks.js'
import type { Places } from './checks.js'
import type { SmallFile } from './files.js'
import type { Given } from './given.js'
import type { Place, Problems } from './problems.js'
import { isMapping, isSection, leavesOf } from './schema-walk.js'
import { configFileSchema } from './schema.js'
import { readYaml } from './yaml-document.js'
import type { Position } from './yaml-document.js'

export interface ReadConfigFile {
  readonly givens: readonly Given[]
  readonly places: Places
}

/** Reads and checks the whole file, also what flags and variables will override: a file with a mistake in it is not used. */
export function readSettings(file: SmallFile, problems: Problems): ReadConfigFile {
  const yaml = readYaml(file.text)
  for (const { line, column, message } of yaml.problems) {
    problems.add({ place: placeIn(file.path, { line, column }), message })
  }
  const data = withoutEmptySections(yaml.data ?? {})
  const places: Places = {
    value: (path) => placeIn(file.path, yaml.position(path)),
    key: (path) => placeIn(file.path, yaml.keyPosition(path)),
  }
  checkTree(data, places, problems)
  const givens = leavesOf(configFileSchema, data).map(({ path, value }): Given => {
    const keys = path.split('.')
    const { line } = yaml.position(keys)
    return {
      path,
      value,
      source: `${file.path}:${line}`,
      place: places.value(keys),
      baseDir: dirname(file.path),
      inFile: true,
    }
  })
  return { givens, places }
}

const placeIn = (path: string, { line, column }: Position): Place => ({
  text: `${path}:${line}:${column}`,
  line,
  column,
})

/** A section of which every line is commented out reads as null; it means the same as a section that is not there. */
function withoutEmptySections(data: unknown): unknown {
  if (!isMapping(data)) return data
  return Object.fromEntries(
    Object.entries(data).filter(([key, value]) => value !== null || !isSection(configFileSchema, key)),
  )
}
