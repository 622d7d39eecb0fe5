import { z } from 'zod'
import { setting } from '../setting.js'
import { baseUrl, DAY_MS, wholeNumber } from '../values.js'

export const approvalSchema = z.strictObject({
  url: setting(baseUrl.optional(), {
    kind: 'text',
    description:
      'Address of the approval service (four-eye check); https unless it is on the loopback interface. The daemon does not start on mainnet without it.',
    defaultText: 'none',
    flags: [{ name: 'externalUrl', value: 'url' }],
    variables: [{ name: 'KEYWARD_APPROVAL_URL' }],
    emptyIsError: true,
  }),
  method: setting(z.enum(['GET', 'POST']).default('GET'), {
    kind: 'text',
    description: 'GET asks with the id alone; POST also sends the pending transaction.',
    flags: [{ name: 'externalUrlMethod', value: 'method' }],
    variables: [{ name: 'KEYWARD_APPROVAL_METHOD' }],
  }),
  reply: setting(z.enum(['explicit', 'status']).default('explicit'), {
    kind: 'text',
    description:
      '`explicit`: only an answer that says yes to exactly this transaction approves. `status`: any 2xx approves, as in Tatum KMS.',
    flags: [{ name: 'approvalReply', value: 'kind' }],
    variables: [{ name: 'KEYWARD_APPROVAL_REPLY' }],
  }),
  allowInsecure: setting(z.boolean().default(false), {
    kind: 'boolean',
    description: 'Accept an approval service over plain http. Whoever sits in between can then approve.',
    flags: [{ name: 'allowInsecureApproval' }],
    variables: [{ name: 'KEYWARD_APPROVAL_ALLOW_INSECURE' }],
  }),
  deadlineMs: setting(wholeNumber(100, DAY_MS).default(10_000), {
    kind: 'number',
    description: 'Longest wait for an answer of the approval service, in milliseconds.',
    variables: [{ name: 'KEYWARD_APPROVAL_DEADLINE_MS' }],
  }),
})
