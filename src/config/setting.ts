import { z } from 'zod'

/** What kind of text a setting is written as: decides how flags and variables are read, and what the documentation says. */
export type SettingKind = 'text' | 'number' | 'boolean' | 'list' | 'path' | 'secret'

/** A flag in the camelCase spelling of `loadSettings`; the kebab-case spelling means the same. */
export interface FlagFacts {
  readonly name: string
  /** What the value is called in the help text. Absent: a switch that takes no value. */
  readonly value?: string
  /** Help text, where it says something else than the setting's description. */
  readonly summary?: string
  /** What giving the flag means as a value of the setting. Default: the text, read by the setting's kind. */
  readonly read?: (text: string, variable: VariableLookup) => unknown
}

export interface VariableFacts {
  readonly name: string
  readonly summary?: string
  /** Does the variable hold a secret, so that it is never shown? */
  readonly secret?: true
  /** What setting the variable means as a value of the setting. Default: the text, read by the setting's kind. */
  readonly read?: (text: string) => unknown
}

export type VariableLookup = (name: string) => string | undefined

export interface SettingFacts {
  readonly kind: SettingKind
  /** One sentence; also the description in the JSON Schema. */
  readonly description: string
  /** In the words of a reader, for defaults that are worked out and for settings without one. */
  readonly defaultText?: string
  /** Strongest first. */
  readonly flags?: readonly FlagFacts[]
  /** Strongest first. */
  readonly variables?: readonly VariableFacts[]
  /** A set but empty variable is an error instead of "not given": for settings that must never be switched off by accident. */
  readonly emptyIsError?: true
}

const facts = z.registry<SettingFacts>()

/**
 * Declares a leaf of the configuration file together with everything that is said about it elsewhere. The configuration schema made of these is
 * the one table behind the loader, `config show`, the help texts, docs/configuration.md and the JSON Schema.
 */
export function setting<T extends z.ZodType>(schema: T, about: SettingFacts): T {
  const described = schema.describe(about.description)
  facts.add(described, about)
  return described
}

export const settingFacts = (schema: z.ZodType): SettingFacts | undefined => facts.get(schema)
