import { KeywardError } from '../core/errors.js'
import { camelCase } from './command.js'

/** What was given on the command line, by the names the command's spec declares. */
export class CommandArguments {
  readonly #operands: ReadonlyMap<string, string>
  readonly #flags: ReadonlyMap<string, string | boolean>

  constructor(operands: ReadonlyMap<string, string>, flags: ReadonlyMap<string, string | boolean>) {
    this.#operands = operands
    this.#flags = flags
  }

  /** A required argument. The parser has made sure that it is there. */
  operand(name: string): string {
    const value = this.#operands.get(name)
    if (value === undefined) throw new KeywardError('USAGE', `the argument ${name} is missing`)
    return value
  }

  optionalOperand(name: string): string | undefined {
    return this.#operands.get(name)
  }

  /** Value of a flag that takes one. */
  text(flag: string): string | undefined {
    const value = this.#flags.get(flag)
    return typeof value === 'string' ? value : undefined
  }

  /** Is a switch set? */
  has(flag: string): boolean {
    return this.#flags.get(flag) === true
  }

  /** All flags that were given, in the camelCase spelling of the settings. */
  flags(): Readonly<Record<string, string | boolean>> {
    return Object.fromEntries([...this.#flags].map(([name, value]) => [camelCase(name), value]))
  }
}
