/** The bytes of an ASCII text without blanks and control characters around it; the memory is shared. For secrets, which must not become strings. */
export function trim(bytes: Buffer): Buffer {
  let start = 0
  let end = bytes.length
  while (start < end && (bytes[start] ?? 0) <= 0x20) start++
  while (end > start && (bytes[end - 1] ?? 0) <= 0x20) end--
  return bytes.subarray(start, end)
}
