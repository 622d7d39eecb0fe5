import { KeywardError } from '../core/errors.js'
import type { Secret } from '../core/secret.js'

const PLACE = '{apiKey}'
const MASK = '[api key]'

const fitsHeader = (bytes: Buffer): boolean => bytes.length > 0 && bytes.every((byte) => byte > 0x20 && byte < 0x7f)

/** The API key. It becomes a string only in the moment of sending, and is taken out of everything that comes back. */
export class ApiKey {
  readonly #secret: Secret | undefined

  /** @throws KeywardError CONFIG_INVALID for a key that no HTTP header can carry. */
  constructor(secret: Secret | undefined) {
    if (secret?.use(fitsHeader) === false) {
      throw new KeywardError(
        'CONFIG_INVALID',
        'the API key is empty or holds characters that an HTTP header cannot carry',
        {
          advice: 'Look for a line break, a blank or a quotation mark around the key where it is stored.',
        },
      )
    }
    this.#secret = secret?.clone()
  }

  header(): Readonly<Record<string, string>> {
    return this.#secret === undefined ? {} : { 'x-api-key': this.#secret.text() }
  }

  /**
   * The path with the key in the place of `{apiKey}`.
   * @throws KeywardError API_KEY_MISSING when there is a place and no key.
   */
  fill(template: string): string {
    if (!template.includes(PLACE)) return template
    if (this.#secret === undefined) {
      throw new KeywardError('API_KEY_MISSING', `${template} needs the Tatum API key`, {
        advice: 'Set TATUM_API_KEY or the setting for the API key.',
      })
    }
    return template.replaceAll(PLACE, encodeURIComponent(this.#secret.text()))
  }

  /** Remote text without the key: the API repeats it in some of its refusals. */
  redact(text: string): string {
    if (this.#secret === undefined) return text
    if (this.#secret.wiped) return MASK
    const key = this.#secret.text()
    return text.replaceAll(key, MASK).replaceAll(encodeURIComponent(key), MASK)
  }

  wipe(): void {
    this.#secret?.wipe()
  }
}
