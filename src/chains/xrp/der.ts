const INTEGER = 0x02
const SEQUENCE = 0x30
const HALF = 32

/** A signature (r and s, 32 bytes each) in DER, as the XRP Ledger wants it: SEC 1, C.8. */
export function encodeDer(signature: Uint8Array): Buffer {
  const integers = Buffer.concat([integer(signature.subarray(0, HALF)), integer(signature.subarray(HALF))])
  return Buffer.concat([Buffer.of(SEQUENCE, integers.length), integers])
}

/** No more leading zeros than the one that keeps a number positive. */
function integer(bytes: Uint8Array): Buffer {
  const first = bytes.findIndex((byte) => byte !== 0)
  const digits = bytes.subarray(first === -1 ? bytes.length - 1 : first)
  const sign = (digits[0] ?? 0) >= 0x80 ? [0] : []
  return Buffer.from([INTEGER, sign.length + digits.length, ...sign, ...digits])
}
