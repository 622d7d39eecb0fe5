// A process of its own, because Node reads NODE_EXTRA_CA_CERTS when it starts. Argument: the approver's address.
import { createUrlApprover } from '../../src/approval/index.js'
import { memoryLog } from '../tatum/client-kit.js'
import { makeReview } from './review-kit.js'

const approver = createUrlApprover({
  url: process.argv[2] ?? '',
  method: 'GET',
  reply: 'explicit',
  allowInsecure: false,
  deadlineMs: 10_000,
  log: memoryLog().log,
})
const decision = await approver.review(makeReview())
process.stdout.write(decision.reason ?? decision.verdict)
await approver.close()
