/** What a report needs to know of the world, and what one is. */
export interface ReportTexts {
  /** TXT records, each in one piece. Refusal('try-again') */
  texts(name: string): Promise<readonly string[] | undefined>
}

/** Of one domain and one day. */
export interface ReportHead {
  readonly id: string
  /** Days since 1970, UTC. */
  readonly day: number
  /** Whom it is told. */
  readonly domain: string
  /** Who tells it: our domain, and whom to ask. */
  readonly organization: string
  readonly contact: string
}
