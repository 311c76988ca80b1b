/** Every number of looking into attachments, with its reason. */
import { secondMs } from '../base/clock.ts'
import type { ExtractLimits } from './types.ts'

const mib = 1024 * 1024

export const defaultLimits: ExtractLimits = {
  /** A document in an archive in an archive is found in real mail; what goes deeper hides. */
  depthMax: 3,
  /** A large spreadsheet has some hundred parts. */
  filesMax: 2_000,
  /** Four times the largest message; a bomb unpacks to thousands of times its size. */
  octetsMax: 128 * mib,
  /** Some thousand pages. */
  textCharsMax: 4 * mib,
  /** Somebody waits to hear that his message is taken; a thousand pages take about as long. */
  pdfMsMax: 4 * secondMs,
}

/** Of one plain text file: who hides something behind more than this hides it from readers, too. */
export const plainOctetsMax = 4 * mib
