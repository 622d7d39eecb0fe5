import type { JsonValue } from '../core/json.js'
import type { CommandContext } from './context.js'

const INDENT = '  '

/** Prints a JSON array item by item, as 2-space JSON, without holding all of it. */
export async function printList<T>(
  context: CommandContext,
  items: AsyncIterable<T>,
  toJson: (item: T) => JsonValue,
): Promise<void> {
  let separator = '['
  for await (const item of items) {
    const text = JSON.stringify(toJson(item), undefined, 2).replaceAll('\n', `\n${INDENT}`)
    await context.output.text(`${separator}\n${INDENT}${text}`)
    separator = ','
  }
  await context.output.text(separator === '[' ? '[]\n' : '\n]\n')
}
