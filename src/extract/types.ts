/** What is found when attachments are looked into. */
import type { ReadPdf } from './pdf/types.ts'

export interface Attachment {
  readonly name: string
  readonly octets: Buffer
}

export interface Findings {
  /** Words of documents, one text for each. */
  readonly texts: readonly string[]
  /** Of the attachments and of everything within them. */
  readonly names: readonly string[]
  readonly programs: number
  /** Documents with macros. */
  readonly macros: number
  /** With a password, or of a kind nobody here can open. */
  readonly lockedArchives: number
  /** Deeper, larger or with more in them than is looked at, or broken. */
  readonly unreadArchives: number
  /** PDF files that are broken, or have more in them than time and memory were given for. */
  readonly unreadDocuments: number
}

/** What reads kinds of files that this room cannot read alone. */
export interface Readers {
  /** None: the words of PDF files stay unread. */
  readonly pdf?: ReadPdf | undefined
  /** The words of HTML; none: with all its markup. */
  readonly html?: (html: string) => string
}

/** What one message may cost, altogether. */
export interface ExtractLimits {
  /** Archives within archives. */
  readonly depthMax: number
  readonly filesMax: number
  /** Unpacked. */
  readonly octetsMax: number
  readonly textCharsMax: number
  /** Of reading PDF files, without waiting for their turn. */
  readonly pdfMsMax: number
}
