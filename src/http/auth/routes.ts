/**
 * `/auth`: how people come in by a browser, in JSON. The contract is in `docs/sign-in.md`. Whatever
 * changes something must come from a page of ours; the session is in a cookie no script sees.
 */
import type { FastifyInstance } from 'fastify'
import { isFromOwnPage } from '../../net/own-page.ts'
import { addAppPasswords } from './app-passwords.ts'
import { addConfirm } from './confirm.ts'
import { addFactors } from './factors.ts'
import { addMailboxes } from './mailboxes.ts'
import { addOffice } from './office.ts'
import { addPassword } from './password.ts'
import type { AuthParts } from './ports.ts'
import { addAuthErrors, AuthProblem } from './problems.ts'
import { addProvider } from './provider.ts'
import { AuthRate } from './rate.ts'
import { addSessions } from './sessions.ts'
import { addSignIn } from './sign-in.ts'

export function addAuthRoutes(app: FastifyInstance, parts: AuthParts): void {
  void app.register(async (auth) => {
    addAuthErrors(auth, parts.log)
    acceptJsonAlone(auth)
    const rate = new AuthRate(parts.clock)
    auth.addHook('onRequest', async ({ ip, method, headers }) => {
      rate.take(ip)
      const isReading = method === 'GET' || method === 'HEAD'
      if (!isReading && !isFromOwnPage(headers)) throw new AuthProblem(403, 'not-from-our-page')
    })
    addSignIn(auth, parts)
    addSessions(auth, parts)
    addConfirm(auth, parts)
    addFactors(auth, parts)
    addAppPasswords(auth, parts)
    addPassword(auth, parts)
    addMailboxes(auth, parts)
    addOffice(auth, parts)
    addProvider(auth, parts)
  })
}

/** A form of another site could carry nothing that is understood. */
function acceptJsonAlone(auth: FastifyInstance): void {
  auth.removeAllContentTypeParsers()
  const parser = auth.getDefaultJsonParser('error', 'error')
  auth.addContentTypeParser('application/json', { parseAs: 'string' }, parser)
}
