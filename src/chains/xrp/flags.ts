/*
 * Names of bits and settings: https://xrpl.org/docs/references/protocol/transactions/common-fields. What has no name here is shown as its number.
 */

/** Every signature is canonical since 2014, so this bit says nothing any more. */
const FULLY_CANONICAL = 0x80000000

const FLAGS: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  Payment: {
    0x00010000: 'NoRippleDirect',
    0x00020000: 'PartialPayment: the recipient may get less',
    0x00040000: 'LimitQuality',
  },
  TrustSet: {
    0x00010000: 'SetAuth',
    0x00020000: 'SetNoRipple',
    0x00040000: 'ClearNoRipple',
    0x00100000: 'SetFreeze',
    0x00200000: 'ClearFreeze',
    0x00400000: 'SetDeepFreeze',
    0x00800000: 'ClearDeepFreeze',
  },
  AccountSet: {
    0x00010000: 'RequireDestTag',
    0x00020000: 'OptionalDestTag',
    0x00040000: 'RequireAuth',
    0x00080000: 'OptionalAuth',
    0x00100000: 'DisallowXRP',
    0x00200000: 'AllowXRP',
  },
  OfferCreate: {
    0x00010000: 'Passive',
    0x00020000: 'ImmediateOrCancel',
    0x00040000: 'FillOrKill',
    0x00080000: 'Sell',
    0x00100000: 'Hybrid',
  },
  NFTokenMint: { 1: 'Burnable', 2: 'OnlyXRP', 4: 'TrustLine', 8: 'Transferable', 16: 'Mutable' },
  NFTokenCreateOffer: { 1: 'SellNFToken' },
  MPTokenIssuanceCreate: {
    2: 'CanLock',
    4: 'RequireAuth',
    8: 'CanEscrow',
    16: 'CanTrade',
    32: 'CanTransfer',
    64: 'CanClawback',
  },
  MPTokenIssuanceSet: { 1: 'Lock', 2: 'Unlock' },
  MPTokenAuthorize: { 1: 'Unauthorize' },
}

const SETTINGS: Readonly<Record<number, string>> = {
  1: 'RequireDest',
  2: 'RequireAuth',
  3: 'DisallowXRP',
  4: 'DisableMaster',
  5: 'AccountTxnID',
  6: 'NoFreeze',
  7: 'GlobalFreeze',
  8: 'DefaultRipple',
  9: 'DepositAuth',
  10: 'AuthorizedNFTokenMinter',
  12: 'DisallowIncomingNFTokenOffer',
  13: 'DisallowIncomingCheck',
  14: 'DisallowIncomingPayChan',
  15: 'DisallowIncomingTrustline',
  16: 'AllowTrustLineClawback',
}

/** Names of the bits that are set; empty when none says anything. */
export function flagNames(type: string, flags: unknown): string {
  if (typeof flags !== 'number') return ''
  const names = FLAGS[type] ?? {}
  const bits = Array.from({ length: 32 }, (_, place) => 2 ** place)
  const set = bits.filter((bit) => bit !== FULLY_CANONICAL && Math.floor(flags / bit) % 2 === 1)
  return set.map((bit) => names[bit] ?? `0x${bit.toString(16)}`).join(', ')
}

/** Name of a setting that an AccountSet switches. */
export const settingName = (setting: unknown): string =>
  typeof setting === 'number' ? `${setting} ${SETTINGS[setting] ?? '(unknown)'}` : String(setting)
