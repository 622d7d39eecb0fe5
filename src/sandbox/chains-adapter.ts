import { createChainRegistry, parseBitcoinTransaction, verifyBitcoinInputs } from '../chains/index.js'
import { chainCodeSchema, newSignatureId } from '../core/ids.js'
import type { TransactionVerifier } from './bitcoin/verifier.js'
import type { SandboxChainCode } from './chain.js'

export type AddressDeriver = (xpub: string, index: number) => string

/** Derives testnet addresses the way wallets of the chain do. The function throws for an xpub that is not one of the chain's testnet. */
export async function addressDeriver(code: SandboxChainCode): Promise<AddressDeriver> {
  const chain = chainCodeSchema.parse(code)
  const { keys } = await createChainRegistry().load(chain)
  const wallet = { signatureId: newSignatureId(), chain, network: 'testnet', kind: 'mnemonic' } as const
  return (xpub, index) => keys.address({ ...wallet, xpub }, index)
}

/** The parser and the signature check that share no code with the signer. */
export const verifyBitcoinTransaction: TransactionVerifier = (rawHex, previousOutputs) => {
  const prevouts = previousOutputs.map(({ satoshis, script }) => ({ value: satoshis, script: Buffer.from(script) }))
  verifyBitcoinInputs(parseBitcoinTransaction(rawHex.toLowerCase()), prevouts)
}
