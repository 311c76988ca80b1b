/** What mail needs of the Domain Name System. RFC 1035, RFC 3596. */

/** One MX record. A host of the empty name is the null MX (RFC 7505). */
export interface MailExchange {
  readonly preference: number
  /** In A-label form, without the last dot. */
  readonly host: string
}

export interface TextResolver {
  /**
   * TXT records, each in one piece. Undefined: no such name. Empty: it has none.
   * @throws Refusal('try-again')
   */
  texts(name: string): Promise<readonly string[] | undefined>
}

export interface MailResolver {
  /**
   * Undefined: there is no such domain. Empty: it has no MX.
   * @throws Refusal('try-again') when nobody can say now.
   */
  mailExchanges(domain: string): Promise<readonly MailExchange[] | undefined>
  /**
   * IPv6 addresses first (RFC 6724 §10.3). Undefined: no such host. Empty: it has no address.
   * @throws Refusal('try-again')
   */
  addresses(host: string): Promise<readonly string[] | undefined>
}
