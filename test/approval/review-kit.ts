import type { ReviewRequest } from '../../src/core/approver.js'
import { chainCodeSchema } from '../../src/core/ids.js'
import type { Intent } from '../../src/core/intent.js'
import { parsePendingTransaction } from '../../src/core/pending-transaction.js'
import { planDigest, signingPlanSchema } from '../../src/core/signing-plan.js'

const PENDING_ID = '5e6be8e9e6aa436299950c41'
const SIGNATURE_ID = '4057be77-70f3-4a1a-a0da-dfa083830513'

/** What the pipeline asks an approver about, as far as an approver looks at it. */
export function makeReview(overrides: { network?: 'mainnet' | 'testnet'; signal?: AbortSignal } = {}): ReviewRequest {
  const { network = 'mainnet', signal } = overrides
  const pending = parsePendingTransaction({
    id: PENDING_ID,
    chain: 'ETH',
    hashes: [SIGNATURE_ID],
    serializedTransaction: '{"to":"0x27b58aab74ac9f8c49f485100c7dd7fc10fc5990","value":"1500000000000000000"}',
    index: 3,
    withdrawalId: null,
  })
  const plan = signingPlanSchema.parse({
    version: 1,
    pendingId: PENDING_ID,
    chain: 'ETH',
    network,
    requestDigest: 'a'.repeat(64),
    signers: [{ signatureId: SIGNATURE_ID, index: 3, address: '0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266' }],
    account: { address: '0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266', sequence: '5' },
    body: { nonce: '5' },
  })
  const asset = { chain: chainCodeSchema.parse('ETH'), symbol: 'ETH', decimals: 18 }
  const intent: Intent = {
    chain: asset.chain,
    network,
    actions: [
      {
        type: 'transfer',
        from: ['0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266'],
        to: '0x27b58aab74ac9f8c49f485100c7dd7fc10fc5990',
        asset,
        amount: 1_500_000_000_000_000_000n,
        change: false,
      },
    ],
    fee: { asset, amount: 420_000_000_000_000n, maximum: true },
    undecoded: [],
  }
  return { pending, plan, digest: planDigest(plan), intent, ...(signal === undefined ? {} : { signal }) }
}
