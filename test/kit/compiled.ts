import { mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** A copy of some sources as JavaScript, for child processes that have to start fast. */
export interface CompiledSources {
  /** Path of a compiled file. @param source e.g. `test/kit/child.ts`. */
  path(source: string): string
  remove(): Promise<void>
}

/** The name of a source for `compileSources`. */
export const sourceName = (file: URL): string => relative(ROOT, fileURLToPath(file))

/** @param sources files or folders below the root of the project. Types are not checked here. */
export async function compileSources(sources: readonly string[]): Promise<CompiledSources> {
  const folder = await mkdtemp(join(tmpdir(), 'keyward-compiled-'))
  await writeFile(join(folder, 'package.json'), '{"type":"module"}')
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'junction')
  const path = (source: string): string => join(folder, source.replace(/\.ts$/, '.js'))
  const files = await Promise.all(sources.map(typeScriptIn))
  for (const file of files.flat()) {
    const { outputText } = ts.transpileModule(await readFile(join(ROOT, file), 'utf8'), {
      compilerOptions: {
        target: ts.ScriptTarget.ES2022,
        module: ts.ModuleKind.ESNext,
        verbatimModuleSyntax: true,
        experimentalDecorators: true,
      },
    })
    await mkdir(dirname(path(file)), { recursive: true })
    await writeFile(path(file), outputText)
  }
  return { path, remove: () => rm(folder, { recursive: true, force: true }) }
}

async function typeScriptIn(source: string): Promise<string[]> {
  if (source.endsWith('.ts')) return [source]
  const names = await readdir(join(ROOT, source), { recursive: true })
  return names.filter((name) => name.endsWith('.ts')).map((name) => join(source, name))
}
