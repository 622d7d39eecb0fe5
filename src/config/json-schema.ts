import { z } from 'zod'
import { configFileSchema } from './schema.js'

/** JSON Schema (draft 7, which editors know) of the configuration file, as text with a line end. */
export function configJsonSchema(): string {
  const schema = z.toJSONSchema(configFileSchema, { io: 'input', target: 'draft-7', unrepresentable: 'any' })
  const head = { $schema: schema.$schema, title: 'Keyward configuration', description: 'See docs/configuration.md.' }
  return `${JSON.stringify({ ...head, ...schema }, undefined, 2)}\n`
}
