/** Amounts of native tokens by asset: 56 hexadecimal digits of the policy, then the name's. An amount is never zero. */
export type Tokens = Map<string, bigint>

/** Adds amounts to a collection. */
export function addTokens(to: Tokens, added: ReadonlyMap<string, bigint>): void {
  for (const [asset, amount] of added) to.set(asset, (to.get(asset) ?? 0n) + amount)
}

export function sumOfTokens(all: readonly { readonly tokens: ReadonlyMap<string, bigint> }[]): Tokens {
  const sum: Tokens = new Map()
  for (const { tokens } of all) addTokens(sum, tokens)
  return sum
}

export const sameTokens = (left: ReadonlyMap<string, bigint>, right: ReadonlyMap<string, bigint>): boolean =>
  left.size === right.size && [...left].every(([asset, amount]) => right.get(asset) === amount)
