import { chainVectorSuite, healthy } from './chain-cases.js'
import type { Expectations } from './chain-cases.js'

const refusedEverywhere: Expectations['refused'] = {
  'deploy-gas-below-intrinsic': { code: 'TRANSACTION_MALFORMED', says: /53000 gas and needs at least 53306/ },
  'bad-checksum-to': { code: 'TRANSACTION_MALFORMED', says: /"to".* not an address/ },
  'fractional-value': { code: 'TRANSACTION_MALFORMED', says: /"value".* not a whole number/ },
  'mnemonic-without-index': { code: 'INDEX_INVALID', says: /names no index/ },
  'string-chainid-hex': { code: 'TRANSACTION_MALFORMED', says: /"chainId".* not a decimal number/ },
}
const feeCaps = 'the reference adds a gas price, which EIP-1559 excludes'
const signedEverywhere: Expectations['signed'] = { 'eip1559-fields': feeCaps, 'eip1559-fields-and-type': feeCaps }
/** Recipient of the producer's texts. */
const YOU = '0x687422eea2cb73b5d3e242ba5456b782919afc85'
const addressOnly = { code: 'TRANSACTION_MALFORMED', says: /"to".* not an address/ } as const

const chains: readonly Expectations[] = [
  {
    code: 'BSC',
    refused: refusedEverywhere,
    signed: {
      ...signedEverywhere,
      'estimate-reverts-gas-supplied': 'gas was given, so nobody needs the estimate that the reference waits for',
    },
    shapes: {
      'native with fee': `pay 1.5 BSC to ${YOU}; fee at most 0.0008 BSC`,
      'native minimal': `pay 1 BSC to ${YOU}; fee at most 0.01 BSC`,
    },
  },
  {
    code: 'MATIC',
    refused: refusedEverywhere,
    signed: signedEverywhere,
    shapes: {
      'native with fee': `pay 1.5 MATIC to ${YOU}; fee at most 0.0008 MATIC`,
      'native minimal': `pay 1 MATIC to ${YOU}; fee at most 0.046 MATIC`,
    },
  },
  {
    code: 'ONE',
    refused: { ...refusedEverywhere, 'bech32-to': addressOnly },
    signed: {
      ...signedEverywhere,
      withdrawal: "the reference signs it and then refuses its own broadcast's body",
      'withdrawal-minimal': "the reference signs it and then refuses its own broadcast's body",
    },
    shapes: {
      'native with fee, bech32 recipient': `pay 1.5 ONE to ${YOU}; fee at most 0.0008 ONE`,
      'native minimal': `pay 1 ONE to ${YOU}; fee at most 0.001 ONE`,
    },
  },
  {
    code: 'XDC',
    differs: {
      'contract-deploy-zero-gasprice': {
        because: 'a price of zero is looked up like a missing one; the reference signs it, and it is never mined',
        fields: { gasPrice: '10000000000' },
      },
    },
    refused: {
      ...refusedEverywhere,
      'xdc-prefixed-to': addressOnly,
      'estimate-reverts-gas-supplied': { code: 'API_REFUSED', says: /cannot be estimated/ },
    },
    signed: {},
    shapes: {
      'native with fee, xdc recipient': `pay 1.5 XDC to ${YOU}; fee at most 0.02 XDC`,
      'native minimal': `pay 1 XDC to ${YOU}; fee at most 0.00025 XDC`,
      erc20: `pay 1000000000000000000 units of token 0x2260fac5e5542a773aa44fbcfedf7c193bc2c599 to ${YOU}; fee at most 0.02 XDC`,
    },
  },
  {
    code: 'KCS',
    refused: refusedEverywhere,
    signed: signedEverywhere,
    shapes: {
      'native with fee': `pay 1.5 KCS to ${YOU}; fee at most 0.0008 KCS`,
      'native minimal': `pay 1 KCS to ${YOU}; fee at most 0.001 KCS`,
    },
  },
]

for (const expectations of chains) {
  chainVectorSuite({ otherwise: healthy(expectations.code), ...expectations })
}
