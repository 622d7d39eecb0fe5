import { issuedUnits } from './amounts.js'

/** A transaction as the ledger's JSON writes it. */
export type XrpFields = Readonly<Record<string, unknown>>

/** Every transaction may have these. Sequence and fee are demanded; null counts as absent. */
export const COMMON_FIELDS: readonly string[] = [
  ...['TransactionType', 'Account', 'Fee', 'Sequence', 'TicketSequence', 'AccountTxnID', 'LastLedgerSequence'],
  ...['Flags', 'SourceTag', 'Memos'],
]

interface TypeFields {
  readonly required: readonly string[]
  readonly optional: readonly string[]
}

/**
 * Transaction types that are signed, and their fields: https://xrpl.org/docs/references/protocol/transactions/types. All of them are shown to the approver by
 * name and value. Types beyond these are refused: the ledger gains new ones, and what they move has to be understood first.
 */
export const TYPES: ReadonlyMap<string, TypeFields> = new Map(
  Object.entries({
    Payment: {
      required: ['Destination', 'Amount'],
      optional: ['DestinationTag', 'InvoiceID', 'Paths', 'SendMax', 'DeliverMin', 'CredentialIDs'],
    },
    TrustSet: { required: ['LimitAmount'], optional: ['QualityIn', 'QualityOut'] },
    AccountSet: {
      required: [],
      optional: [
        ...['SetFlag', 'ClearFlag', 'Domain', 'EmailHash', 'MessageKey', 'NFTokenMinter'],
        ...['TransferRate', 'TickSize', 'WalletLocator', 'WalletSize'],
      ],
    },
    AccountDelete: { required: ['Destination'], optional: ['DestinationTag', 'CredentialIDs'] },
    SetRegularKey: { required: [], optional: ['RegularKey'] },
    SignerListSet: { required: ['SignerQuorum'], optional: ['SignerEntries'] },
    DepositPreauth: {
      required: [],
      optional: ['Authorize', 'Unauthorize', 'AuthorizeCredentials', 'UnauthorizeCredentials'],
    },
    TicketCreate: { required: ['TicketCount'], optional: [] },
    OfferCreate: { required: ['TakerGets', 'TakerPays'], optional: ['Expiration', 'OfferSequence', 'DomainID'] },
    OfferCancel: { required: ['OfferSequence'], optional: [] },
    EscrowCreate: {
      required: ['Destination', 'Amount'],
      optional: ['CancelAfter', 'FinishAfter', 'Condition', 'DestinationTag'],
    },
    EscrowFinish: {
      required: ['Owner', 'OfferSequence'],
      optional: ['Condition', 'Fulfillment', 'CredentialIDs'],
    },
    EscrowCancel: { required: ['Owner', 'OfferSequence'], optional: [] },
    CheckCreate: { required: ['Destination', 'SendMax'], optional: ['DestinationTag', 'Expiration', 'InvoiceID'] },
    CheckCash: { required: ['CheckID'], optional: ['Amount', 'DeliverMin'] },
    CheckCancel: { required: ['CheckID'], optional: [] },
    Clawback: { required: ['Amount'], optional: ['Holder'] },
    NFTokenMint: {
      required: ['NFTokenTaxon'],
      optional: ['Issuer', 'TransferFee', 'URI', 'Amount', 'Destination', 'Expiration'],
    },
    NFTokenBurn: { required: ['NFTokenID'], optional: ['Owner'] },
    NFTokenCreateOffer: { required: ['NFTokenID', 'Amount'], optional: ['Owner', 'Expiration', 'Destination'] },
    NFTokenCancelOffer: { required: ['NFTokenOffers'], optional: [] },
    NFTokenAcceptOffer: { required: [], optional: ['NFTokenSellOffer', 'NFTokenBuyOffer', 'NFTokenBrokerFee'] },
    MPTokenIssuanceCreate: {
      required: [],
      optional: ['AssetScale', 'TransferFee', 'MaximumAmount', 'MPTokenMetadata'],
    },
    MPTokenIssuanceSet: { required: ['MPTokenIssuanceID'], optional: ['Holder'] },
    MPTokenIssuanceDestroy: { required: ['MPTokenIssuanceID'], optional: [] },
    MPTokenAuthorize: { required: ['MPTokenIssuanceID'], optional: ['Holder'] },
  }),
)

/**
 * Does what was decoded say the same as what was given? The codec drops members that it does not know and reads some texts as other numbers, so nothing is
 * taken on trust: the same members, the same numbers, hexadecimal in any case, issued amounts by value.
 */
export function sameContent(given: unknown, decoded: unknown, name = ''): boolean {
  if (typeof given === 'string' && typeof decoded === 'string') return sameText(given, decoded, name)
  if (!isContainer(given) || !isContainer(decoded)) return given === decoded
  if (Array.isArray(given) !== Array.isArray(decoded)) return false
  const names = Object.keys(given)
  return (
    names.length === Object.keys(decoded).length &&
    names.every((member) => member in decoded && sameContent(given[member], decoded[member], member))
  )
}

const isContainer = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

function sameText(given: string, decoded: string, name: string): boolean {
  if (name === 'value') {
    const units = issuedUnits(given)
    return units !== undefined && units === issuedUnits(decoded)
  }
  if (given === decoded) return true
  if (name === 'currency') return currencyBytes(given) === currencyBytes(decoded)
  return /^(?:[0-9a-f]{2})+$/i.test(given) && given.toUpperCase() === decoded
}

/** A currency code of three letters is short for 20 bytes that hold them in the middle. */
const currencyBytes = (code: string): string =>
  code.length === 3
    ? `${'00'.repeat(12)}${Buffer.from(code, 'latin1').toString('hex').toUpperCase()}${'00'.repeat(5)}`
    : code.toUpperCase()

/** A value for a person: texts as they are, everything else as JSON. */
export const valueText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))
