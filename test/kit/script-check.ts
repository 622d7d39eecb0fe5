import { createVirtualMachineBCH, decodeTransaction, hexToBin } from '@bitauth/libauth'
import bitcore from 'bitcore-lib'

/** What an input spends: the output's script in hexadecimal and its amount in smallest units. */
export interface SpentOutput {
  readonly script: string
  readonly value: bigint
}

/** What nodes would object to: the number of an input and the interpreter's reason. Empty when every script is satisfied. */
export type ScriptCheck = (raw: string, spent: readonly SpentOutput[]) => readonly string[]

const { Script, Transaction } = bitcore
const { Interpreter } = Script

/** The rules by which nodes relay, so also those that blocks need not keep: strict DER, low s, no failed signature, compressed keys in witnesses.
 * CLEANSTACK is left out: this interpreter looks at the stack of another moment. */
const FLAGS = [
  'P2SH',
  'STRICTENC',
  'DERSIG',
  'LOW_S',
  'NULLDUMMY',
  'MINIMALDATA',
  'CHECKLOCKTIMEVERIFY',
  'CHECKSEQUENCEVERIFY',
  'WITNESS',
  'MINIMALIF',
  'NULLFAIL',
  'WITNESS_PUBKEYTYPE',
].reduce((flags, name) => flags | (Interpreter[`SCRIPT_VERIFY_${name}`] ?? fail(name)), 0)

function fail(name: string): never {
  throw new Error(`the interpreter does not know ${name}`)
}

/** Runs every script as Bitcoin does; Litecoin and Dogecoin took its scripts and signature hashes over unchanged. */
export const bitcoinScripts: ScriptCheck = (raw, spent) => {
  const transaction = new Transaction(raw)
  if (transaction.inputs.length !== spent.length) throw new Error('an input without the output that it spends')
  return transaction.inputs.flatMap((input, position) => {
    const { script = '', value = 0n } = spent[position] ?? {}
    const interpreter = new Interpreter()
    const lock = new Script(Buffer.from(script, 'hex'))
    const witness = input.getWitnesses() ?? []
    const unlocked = interpreter.verify(input.script, lock, transaction, position, FLAGS, witness, Number(value))
    return unlocked ? [] : [`${position}: ${interpreter.errstr || 'not unlocked'}`]
  })
}

const cash = createVirtualMachineBCH(false)

/** Runs every script as Bitcoin Cash does, and its rules for whole transactions. Consensus rules: the standard ones would judge the outputs too. */
export const cashScripts: ScriptCheck = (raw, spent) => {
  const transaction = decodeTransaction(hexToBin(raw))
  if (typeof transaction === 'string') throw new Error(transaction)
  if (transaction.inputs.length !== spent.length) throw new Error('an input without the output that it spends')
  const sourceOutputs = spent.map(({ script, value }) => ({ lockingBytecode: hexToBin(script), valueSatoshis: value }))
  const failed = spent.flatMap((_, inputIndex) => {
    const result = cash.stateSuccess(cash.evaluate({ inputIndex, sourceOutputs, transaction }))
    return result === true ? [] : [`${inputIndex}: ${result}`]
  })
  const whole = cash.verify({ sourceOutputs, transaction })
  return failed.length > 0 || whole === true ? failed : [`whole: ${whole}`]
}
