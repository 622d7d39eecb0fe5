/** The part of bitcore-lib that the script check uses; the package has no types of its own. */
declare module 'bitcore-lib' {
  interface Script {
    toHex(): string
  }
  interface Input {
    readonly script: Script
    getWitnesses(): Buffer[] | null
  }
  interface Transaction {
    readonly inputs: readonly Input[]
  }
  interface Interpreter {
    errstr: string
    verify(
      scriptSig: Script,
      scriptPubkey: Script,
      transaction: Transaction,
      input: number,
      flags: number,
      witness: readonly Buffer[],
      satoshis: number,
    ): boolean
  }
  const library: {
    readonly Script: {
      new (bytes: Buffer): Script
      readonly Interpreter: (new () => Interpreter) & Readonly<Record<`SCRIPT_VERIFY_${string}`, number>>
    }
    readonly Transaction: new (hex: string) => Transaction
  }
  export default library
}
