import { Address } from '@stellar/stellar-base'
import type { Operation } from '@stellar/stellar-base'
import { remoteText } from '../../core/errors.js'
import type { Asset, IntentAction } from '../../core/intent.js'

/** A contract of the network: which function of which contract is called can be said, what it then does cannot. */
export function explainCall(
  { func, auth }: Operation.InvokeHostFunction,
  from: string,
  asset: Asset,
): { readonly actions: readonly IntentAction[]; readonly undecoded: readonly string[] } {
  const dataBytes = func.toXDR().length
  const permissions = (auth ?? []).length
  const allowed = permissions === 0 ? [] : [`what the ${permissions} authorizations allow`]
  if (func.switch().name !== 'hostFunctionTypeInvokeContract') {
    return {
      actions: [{ type: 'contract-creation', from, asset, amount: 0n, codeBytes: dataBytes }],
      undecoded: [`what the ${dataBytes} bytes of code do`, ...allowed],
    }
  }
  const call = func.invokeContract()
  const selector = remoteText(call.functionName().toString())
  return {
    actions: [
      {
        type: 'contract-call',
        from,
        to: Address.fromScAddress(call.contractAddress()).toString(),
        asset,
        amount: 0n,
        selector,
        dataBytes,
      },
    ],
    undecoded: [`what the call ${selector} with ${dataBytes} bytes does`, ...allowed],
  }
}
