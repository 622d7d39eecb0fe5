import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml'
import type { Pair, Scalar, YAMLMap, YAMLSeq } from 'yaml'

export interface Position {
  readonly line: number
  readonly column: number
}

export interface YamlProblem extends Position {
  readonly message: string
}

/** Plain data with the place of each value, and everything that is wrong with the text as YAML. Data that cannot be read at all is `undefined`. */
export interface YamlDocument {
  readonly data: unknown
  readonly problems: readonly YamlProblem[]
  /** Where a value stands; for one that is missing, where the mapping around it stands. */
  position(path: readonly PropertyKey[]): Position
  /** Where a key stands. */
  keyPosition(path: readonly PropertyKey[]): Position
}

/** Deeper than any setting. */
const MAX_DEPTH = 16
/** A file that is no YAML at all has a mistake on each line. */
const MAX_PROBLEMS = 20

/** The parser's own messages quote the file, which may hold a secret by mistake; these do not. */
const MESSAGES: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: 'a tab is used for indentation; YAML wants blanks',
  BAD_INDENT: 'the indentation does not fit the lines above',
  MISSING_CHAR: 'a closing quote, bracket or a colon is missing',
  UNEXPECTED_TOKEN: 'this is not expected here; a text with special characters needs quotes',
  BAD_SCALAR_START: 'a text that starts with this character needs quotes',
  BAD_DQ_ESCAPE: 'this is no escape sequence of a double-quoted text',
  MULTIPLE_DOCS: 'the file holds more than one document (---)',
  TAG_RESOLVE_FAILED: 'tags (!name) are not used in this file',
  NON_STRING_KEY: 'a key must be a plain text',
  BLOCK_AS_IMPLICIT_KEY: 'a mapping cannot start on this line; is a line break or a quote missing?',
  MULTILINE_IMPLICIT_KEY: 'a key must end on its line; is a colon missing?',
  RESOURCE_EXHAUSTION: 'the file is nested too deeply',
}

const pathKey = (path: readonly PropertyKey[]): string => JSON.stringify(path.map(String))

/** Reads one YAML 1.2 document of plain mappings, lists and scalars. Aliases, tags and repeated keys are refused: nothing in a setting needs them. */
export function readYaml(text: string): YamlDocument {
  const lines = new LineCounter()
  const document = parseDocument(text, {
    version: '1.2',
    schema: 'core',
    resolveKnownTags: false,
    merge: false,
    stringKeys: true,
    // Looked for by the reader: the library compares each key with every other.
    uniqueKeys: false,
    prettyErrors: false,
    // 'silent' would also keep quiet about a second document.
    logLevel: 'error',
    lineCounter: lines,
  })
  const at = (offset: number): Position => {
    const { line, col } = lines.linePos(offset)
    return { line: Math.max(line, 1), column: Math.max(col, 1) }
  }
  const reader = new PlainReader()
  for (const { code, pos } of [...document.errors, ...document.warnings]) {
    reader.report(pos[0], MESSAGES[code] ?? 'this is not valid YAML')
  }
  const data = reader.problems.length === 0 ? reader.plain(document.contents, []) : undefined
  return {
    data,
    problems: reader.problems.slice(0, MAX_PROBLEMS).map(({ offset, message }) => ({ ...at(offset), message })),
    position: (path) => at(reader.place(path)?.value ?? 0),
    keyPosition: (path) => at(reader.place(path)?.key ?? 0),
  }
}

interface Place {
  /** Offsets in the text. */
  readonly key: number
  readonly value: number
}

/** Turns nodes into plain data, remembers where each stands, and reports what settings do not use. */
class PlainReader {
  readonly problems: { readonly offset: number; readonly message: string }[] = []
  readonly #places = new Map<string, Place>()

  report(offset: number, message: string): void {
    this.problems.push({ offset, message })
  }

  plain(node: unknown, path: readonly PropertyKey[]): unknown {
    const offset = offsetOf(node)
    if (isAlias(node)) this.report(offset, 'aliases (*name) are not used in this file')
    else if (isValueNode(node) && node.anchor !== undefined)
      this.report(offset, 'anchors (&name) are not used in this file')
    else if (path.length > MAX_DEPTH) this.report(offset, 'the file is nested too deeply')
    else if (isMap(node)) return this.#mapping(node, path)
    else if (isSeq(node)) return node.items.map((item, index) => this.#placed(item, item, [...path, index]))
    return isScalar(node) ? node.value : undefined
  }

  /** Where a path stands; for a value that is missing, the key of what is around it. */
  place(path: readonly PropertyKey[]): Place | undefined {
    for (let length = path.length; length > 0; length--) {
      const found = this.#places.get(pathKey(path.slice(0, length)))
      if (found) return length === path.length ? found : { key: found.key, value: found.key }
    }
    return undefined
  }

  #mapping(node: YAMLMap, path: readonly PropertyKey[]): Record<string, unknown> {
    const members = new Map<string, unknown>()
    for (const pair of node.items) {
      const key = keyOf(pair)
      if (key === undefined) continue
      if (members.has(key)) this.report(offsetOf(pair.key), 'this key was given before')
      else members.set(key, this.#placed(pair.key, pair.value, [...path, key]))
    }
    // Defines each member, so that `__proto__` is a key like any other (and then refused as unknown).
    return Object.fromEntries(members)
  }

  #placed(keyNode: unknown, valueNode: unknown, path: readonly PropertyKey[]): unknown {
    const key = offsetOf(keyNode)
    this.#places.set(pathKey(path), { key, value: offsetOf(valueNode, key) })
    return this.plain(valueNode, path)
  }
}

function keyOf(pair: Pair): string | undefined {
  return isScalar(pair.key) && typeof pair.key.value === 'string' ? pair.key.value : undefined
}

function offsetOf(node: unknown, otherwise = 0): number {
  const range = isValueNode(node) || isAlias(node) ? node.range : undefined
  return range?.[0] ?? otherwise
}

function isValueNode(node: unknown): node is Scalar | YAMLMap | YAMLSeq {
  return isScalar(node) || isMap(node) || isSeq(node)
}
