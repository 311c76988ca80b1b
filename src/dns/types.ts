/** What mail needs of the Domain Name System. RFC 1035, RFC 3596, RFC 6698. */

/** One MX record. A host of the empty name is the null MX (RFC 7505). */
export interface MailExchange {
  readonly preference: number
  /** In A-label form, without the last dot. */
  readonly host: string
}

/** One TLSA record as it stands (RFC 6698 §2.1): whoever uses it knows which numbers he knows. */
export interface TlsaRecord {
  readonly usage: number
  readonly selector: number
  readonly matchingType: number
  readonly data: Buffer
}

/** What is said of a name for one kind of record. */
export interface Answer<T> {
  /** Undefined: there is no such name. Empty: it has nothing of this kind. */
  readonly records: readonly T[] | undefined
  /**
   * A resolver that is believed has validated it (RFC 4035 §3.2.3), and every alias on the way; of
   * what is not there, that it is not.
   */
  readonly isSecure: boolean
  /** Where aliases led; the name that was asked for when there are none. */
  readonly name: string
}

export interface TextResolver {
  /**
   * TXT records, each in one piece. Undefined: no such name. Empty: it has none.
   * @throws Refusal('try-again')
   */
  texts(name: string): Promise<readonly string[] | undefined>
}

/** Each throws Refusal('try-again') when nobody can say now, or what is said is forged. */
export interface MailResolver extends TextResolver {
  mailExchanges(domain: string): Promise<Answer<MailExchange>>
  /** IPv6 addresses first (RFC 6724 §10.3). */
  addresses(host: string): Promise<Answer<string>>
  tlsa(name: string): Promise<Answer<TlsaRecord>>
  /** Whether the name itself is an alias, and whether that is validated: RFC 7672 §2.1.3. */
  alias(name: string): Promise<Answer<string>>
}
