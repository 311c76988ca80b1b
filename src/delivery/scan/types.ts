/** The programs that look at content, as delivery meets them. What they cannot say is a fact, never an error. */

export type VirusFinding = 'none' | 'found' | 'too-large' | 'away'

export interface VirusScanner {
  scan(message: Buffer): Promise<VirusFinding>
}

export type SpamFinding = 'no' | 'maybe' | 'likely' | 'certain' | 'away'

export interface SpamQuestion {
  readonly message: Buffer
  readonly remoteAddress: string
  readonly heloName: string
  readonly reversePath: string
  readonly recipients: readonly string[]
}

export interface SpamFilter {
  judge(question: SpamQuestion): Promise<SpamFinding>
}

export type Lesson = 'spam' | 'ham'

/** What readers say of a message, for the filter's statistics. */
export interface SpamTeacher {
  /** Never rejects: a lesson that is lost is one of many. */
  teach(message: Buffer, lesson: Lesson): Promise<void>
}

/** Somebody is to hear that a scanner does not answer. */
export type OnAway = (scanner: string, error: unknown) => void
