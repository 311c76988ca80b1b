/** How each grade is written by who marks a message: words that `grade.ts` reads. */
import type { Grade } from './grade.ts'

export type MarkedGrade = Exclude<Grade, 'none'>

export interface MarkingWords {
  readonly en: string
  readonly 'zh-Hant-HK': string
  readonly 'zh-Hans': string
}

/** From the lowest. */
export const markingWords: Readonly<Record<MarkedGrade, MarkingWords>> = {
  restricted: { en: 'RESTRICTED', 'zh-Hant-HK': '限閱文件', 'zh-Hans': '限阅文件' },
  confidential: { en: 'CONFIDENTIAL', 'zh-Hant-HK': '機密', 'zh-Hans': '机密' },
  secret: { en: 'SECRET', 'zh-Hant-HK': '高度機密', 'zh-Hans': '高度机密' },
  'top-secret': { en: 'TOP SECRET', 'zh-Hant-HK': '絕對機密', 'zh-Hans': '绝对机密' },
}
