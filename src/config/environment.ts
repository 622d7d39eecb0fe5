import { dirname, join, resolve } from 'node:path'
import { inspect } from 'node:util'
import { KeywardError } from '../core/errors.js'
import { parseDotenv } from './dotenv.js'
import type { SettingFacts } from './setting.js'
import { absolutePath, isAbsent, readSmallFile, systemCode, unreadable } from './files.js'
import type { SmallFile } from './files.js'

export interface Variable {
  readonly name: string
  readonly text: string
  /** `environment NAME` or `.env file PATH`, as `config show` prints it. */
  readonly source: string
  /** Relative paths in the value start here. */
  readonly baseDir: string
}

interface Layer {
  readonly source: (name: string) => string
  readonly baseDir: string
  readonly values: ReadonlyMap<string, string>
}

/**
 * The variables of the process with those of the `.env` files below them. None overwrites an earlier one, and a variable that is set to nothing hides the
 * later ones. Holds secrets: printing it shows none.
 */
export class Environment {
  readonly #layers: readonly Layer[]

  constructor(layers: readonly Layer[]) {
    this.#layers = layers
  }

  /** Variables of a process alone. */
  static of(env: Readonly<Record<string, string | undefined>>, cwd = '/'): Environment {
    return new Environment([processLayer(env, cwd)])
  }

  /** The text of a variable; `undefined` when it is not set, and `''` when it is set to nothing. */
  get(name: string): string | undefined {
    return this.find(name)?.text
  }

  find(name: string): Variable | undefined {
    for (const { values, source, baseDir } of this.#layers) {
      const text = values.get(name)
      if (text !== undefined) return { name, text, source: source(name), baseDir }
    }
    return undefined
  }

  /**
   * The variables that give a setting, strongest first: the process before files, and within one place in the order of the setting's declaration.
   */
  variablesOf(facts: SettingFacts): Variable[] {
    const names = new Set((facts.variables ?? []).map((variable) => variable.name))
    const found: Variable[] = []
    for (const { values, source, baseDir } of this.#layers) {
      for (const name of names) {
        const text = values.get(name)
        if (text === undefined) continue
        found.push({ name, text, source: source(name), baseDir })
        names.delete(name)
      }
    }
    return found
  }

  names(): string[] {
    return [...new Set(this.#layers.flatMap(({ values }) => [...values.keys()]))]
  }

  toJSON(): string {
    return '[environment]'
  }

  [inspect.custom](): string {
    return '[environment]'
  }
}

export interface EnvironmentInput {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  readonly home: string
  /** Value of `--envFile`, instead of the two default files in the home directory. */
  readonly envFile?: string
}

export interface ReadEnvironment {
  readonly environment: Environment
  /** The files that were read, strongest first. */
  readonly files: readonly SmallFile[]
  readonly warnings: readonly string[]
}

/**
 * Reads `.env` of the working directory, then `--envFile` or `~/.keyward/.env` and `~/.tatumrc/.env`. Files that are not there are passed over, as the
 * reference does; one that was asked for by name and is missing is worth a warning.
 * @throws KeywardError FILE_UNREADABLE for a file that is there and cannot be used.
 */
export async function readEnvironment(input: EnvironmentInput): Promise<ReadEnvironment> {
  const { cwd, home, envFile } = input
  const named = envFile === undefined ? undefined : absolutePath(envFile, cwd, home)
  const inHome = [join(home, '.keyward', '.env'), join(home, '.tatumrc', '.env')]
  const paths = new Set([resolve(cwd, '.env'), ...(named === undefined ? inHome : [named])])
  const warnings: string[] = []
  const files: SmallFile[] = []
  for (const path of paths) {
    const read = await readOptional(path)
    if (typeof read !== 'string') files.push(read)
    else if (path === named) warnings.push(`the file ${path} (--env-file) does not exist or cannot be read (${read})`)
    else if (!isAbsent(read)) warnings.push(`the file ${path} cannot be read (${read}) and was passed over`)
  }
  const layers = [processLayer(input.env, cwd), ...files.map(fileLayer)]
  return { environment: new Environment(layers), files, warnings }
}

/** @returns the file, or the system's code when it cannot be had and that may be meant so. */
async function readOptional(path: string): Promise<SmallFile | string> {
  try {
    return await readSmallFile('the .env file', path)
  } catch (problem) {
    if (problem instanceof KeywardError) throw problem
    const code = systemCode(problem)
    if (isAbsent(code) || code === 'EACCES' || code === 'EPERM') return code
    throw unreadable('the .env file', path, code, 'Repair or remove the file.')
  }
}

function processLayer(env: Readonly<Record<string, string | undefined>>, cwd: string): Layer {
  const values = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return { source: (name) => `environment ${name}`, baseDir: cwd, values: new Map(values) }
}

function fileLayer({ path, text }: SmallFile): Layer {
  return { source: () => `.env file ${path}`, baseDir: dirname(path), values: parseDotenv(text) }
}
