const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
/** Control characters and those that turn the direction of writing: what is shown would not be what is there. */
const UNREADABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u

/** The text that bytes spell in UTF-8, or `undefined` when there is none that a person can read. */
export function readableText(bytes: Uint8Array): string | undefined {
  try {
    const text = utf8.decode(bytes)
    return text === '' || UNREADABLE.test(text) ? undefined : text
  } catch {
    return undefined
  }
}
