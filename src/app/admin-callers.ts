/** Who calls the admin API, and what he may: `access`, as the room `admin` meets it. */
import { operatorId } from '../access/system-actors.ts'
import { officesOf } from '../access/offices.ts'
import type { Principal } from '../access/types.ts'
import type { Caller, Callers } from '../admin/callers.ts'
import { Refusal } from '../base/refusal.ts'
import type { Platform } from './platform.ts'

/** `operator`: who stands behind the local socket; undefined where there is none. */
export function createCallers(
  { access, directory, clock }: Pick<Platform, 'access' | 'directory' | 'clock'>,
  operator: Principal | undefined,
): Callers {
  const { tokens } = access
  const callerOf = (principal: Principal): Caller => {
    const isOperator = principal.id === operatorId
    return {
      kind: isOperator ? 'operator' : 'person',
      personId: isOperator ? undefined : principal.id,
      departmentId: isOperator ? undefined : principal.departmentId,
      principalId: principal.id,
      sessionId: principal.sessionId,
      gate: {
        reachOf: (act) => access.reachOf(principal, act),
        permit: (act, object) => void access.permit(principal, act, object),
      },
      offices: () => (isOperator ? [] : officesOf(directory, principal.id, clock.now())),
      requireGrant: access.gateFor(principal),
    }
  }
  return {
    operator: () => {
      if (operator === undefined) throw new Refusal('bad-credentials')
      return callerOf(operator)
    },
    signIn: async (given, remoteAddress) => {
      const principal = await access.signInForOffice(remoteAddress, given)
      try {
        return await tokens.open(principal, remoteAddress)
      } finally {
        // The token is the session from now on, on every node.
        access.signOut(principal)
      }
    },
    prove: async (address, password, remoteAddress) => {
      const attempt = { door: 'admin', remoteAddress, isTls: true } as const
      access.signOut(await access.signIn(attempt, address, password))
    },
    byToken: async (token) => callerOf(await tokens.find(token)),
    end: (personId, sessionId, by) => tokens.end(personId, sessionId, by),
    sessionsOf: (personId) => tokens.list(personId),
  }
}
