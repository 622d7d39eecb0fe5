/** Hexadecimal digits of a word: 32 bytes. */
const WORD = 64

/** What the argument of a contract's function can be here. Solidity's ABI: https://docs.soliditylang.org/en/latest/abi-spec.html */
export type AbiType = 'address' | 'uint256' | 'bool' | 'bytes' | 'uint256[]'

/** An address is 40 lower-case digits behind `0x`; `bytes` is hexadecimal without `0x`. */
export interface AbiValues {
  readonly address: string
  readonly uint256: bigint
  readonly bool: boolean
  readonly bytes: string
  readonly 'uint256[]': readonly bigint[]
}

export type ValuesOf<Types extends readonly AbiType[]> = { readonly [At in keyof Types]: AbiValues[Types[At]] }

/**
 * Arguments in the one form that compilers write: every part in its place, nothing between and nothing behind, no stray bits. A contract may read another form
 * differently than we would, so that is none for us.
 * @param hex arguments without the selector, lower-case digits.
 */
export function decodeArguments<const Types extends readonly AbiType[]>(
  types: Types,
  hex: string,
): ValuesOf<Types> | undefined {
  const reader = new Reader(hex, types.length)
  const values: AbiValues[AbiType][] = []
  for (const [place, type] of types.entries()) {
    const value = reader.value(type, place)
    if (value === undefined) return undefined
    values.push(value)
  }
  return reader.ended ? (values as unknown as ValuesOf<Types>) : undefined
}

class Reader {
  /** Word at which the next dynamic argument must begin. */
  #tail: number

  constructor(
    private readonly hex: string,
    heads: number,
  ) {
    this.#tail = heads
  }

  get ended(): boolean {
    return this.hex.length === this.#tail * WORD
  }

  value(type: AbiType, place: number): AbiValues[AbiType] | undefined {
    const word = this.#word(place)
    if (word === undefined) return undefined
    switch (type) {
      case 'address':
        return /^0{24}[0-9a-f]{40}$/.test(word) ? `0x${word.slice(24)}` : undefined
      case 'uint256':
        return BigInt(`0x${word}`)
      case 'bool':
        return /^0{63}[01]$/.test(word) ? word.endsWith('1') : undefined
      case 'bytes':
        return this.#bytes(word)
      case 'uint256[]':
        return this.#numbers(word)
    }
  }

  #bytes(offset: string): string | undefined {
    const length = this.#dynamicLength(offset)
    if (length === undefined) return undefined
    const words = Math.ceil(length / 32)
    const padded = this.hex.slice(this.#tail * WORD, (this.#tail + words) * WORD)
    this.#tail += words
    const content = padded.slice(0, length * 2)
    return padded.length === words * WORD && /^0*$/.test(padded.slice(length * 2)) ? content : undefined
  }

  #numbers(offset: string): readonly bigint[] | undefined {
    const length = this.#dynamicLength(offset)
    if (length === undefined) return undefined
    const words = Array.from({ length }, (_, place) => this.#word(this.#tail + place))
    this.#tail += length
    return words.includes(undefined) ? undefined : words.map((word) => BigInt(`0x${word}`))
  }

  /** Length of a dynamic argument that begins where it has to; the tail is then at its content. */
  #dynamicLength(offset: string): number | undefined {
    if (BigInt(`0x${offset}`) !== BigInt(this.#tail * 32)) return undefined
    const word = this.#word(this.#tail)
    this.#tail += 1
    const length = word === undefined ? undefined : BigInt(`0x${word}`)
    return length === undefined || length > BigInt(this.hex.length) ? undefined : Number(length)
  }

  #word(place: number): string | undefined {
    const word = this.hex.slice(place * WORD, (place + 1) * WORD)
    return /^[0-9a-f]{64}$/.test(word) ? word : undefined
  }
}
