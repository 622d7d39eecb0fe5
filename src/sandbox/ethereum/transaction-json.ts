import { z } from 'zod'
import { quantity } from './json-rpc.js'
import type { JsonRpc } from './json-rpc.js'

const number = quantity.transform(Number)
const text = quantity.transform(String)

const transactionSchema = z.object({
  blockHash: z.string().nullable(),
  blockNumber: number.nullable(),
  from: z.string(),
  to: z.string().nullable(),
  gas: number,
  gasPrice: text,
  input: z.string(),
  nonce: number,
  transactionIndex: number.nullable(),
  value: text,
})

const logSchema = z.object({
  address: z.string(),
  topics: z.array(z.string()),
  data: z.string(),
  logIndex: number,
  transactionIndex: number,
  transactionHash: z.string(),
  blockHash: z.string(),
  blockNumber: number,
})

const receiptSchema = z.object({
  status: quantity.transform((status) => status === 1n),
  gasUsed: number,
  cumulativeGasUsed: number,
  contractAddress: z.string().nullish(),
  logs: z.array(logSchema),
})

/** The API's form of an Ethereum transaction: transaction and receipt in one; `undefined` when the node does not know it. Wei as text. */
export async function transactionJson(
  rpc: JsonRpc,
  hash: string,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const transaction = await rpc.call('eth_getTransactionByHash', [hash], transactionSchema.nullable())
  if (transaction === null) return undefined
  const receipt = await rpc.call('eth_getTransactionReceipt', [hash], receiptSchema.nullable())
  if (receipt === null) return { ...transaction, transactionHash: hash }
  const { timestamp } = await rpc.call(
    'eth_getBlockByHash',
    [transaction.blockHash, false],
    z.object({ timestamp: number }),
  )
  return {
    ...transaction,
    transactionHash: hash,
    ...receipt,
    contractAddress: receipt.contractAddress ?? null,
    timestamp,
  }
}
