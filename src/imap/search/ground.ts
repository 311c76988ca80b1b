/** What reading a SEARCH, SORT or THREAD takes besides its octets. */
import type { Session } from '../session.ts'
import type { SearchGround } from '../wire/parse-search.ts'
import { BadSyntax } from '../wire/bad-syntax.ts'
import { decodeSearchText } from './charset.ts'
import { nearKey } from './near.ts'

export function searchGround(session: Session): SearchGround {
  return {
    decode: decodeSearchText,
    hasNumbers: !session.enabled.isUidOnly,
    hasSaved: true,
    forgetSaved() {
      if (session.selected !== undefined) session.selected.savedUids = []
    },
    near: nearKey,
    now: session.ports.clock.now(),
  }
}

/** RFC 6855 §3: after ENABLE UTF8=ACCEPT there is but one charset. */
export function checkCharset(session: Session, hasCharset: boolean): void {
  if (hasCharset && session.enabled.isUtf8Accept) {
    throw new BadSyntax('CHARSET is not allowed after ENABLE UTF8=ACCEPT')
  }
}
