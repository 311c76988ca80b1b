/** What the rogue may do at the admin API after he forged: everything that would open another's mail to him. */
import { ask, openToken } from '../support/admin-api.ts'
import type { Platform } from '../support/platform.ts'
import { victimPost, type Cast } from './cast.ts'

interface Try {
  readonly what: string
  readonly method: string
  readonly path: string
  readonly body?: object
}

/** @returns what he was let do: done at once, without another person's yes. */
export async function reachOut(platform: Platform, cast: Cast): Promise<readonly string[]> {
  const done: string[] = []
  for (const token of await tokens(platform, cast))
    for (const { what, method, path, body } of tries(cast)) {
      const { status } = await ask(platform, path, {
        method,
        token,
        ...(body === undefined ? {} : { body }),
      })
      // 202: it waits for somebody else.
      if (status === 200 || status === 201 || status === 204) done.push(what)
    }
  return done
}

async function tokens(platform: Platform, { rogue, token }: Cast): Promise<readonly string[]> {
  const fresh = await openToken(platform, rogue.address, rogue.password)
  return fresh === undefined ? [token] : [token, fresh]
}

function tries({ rogue, victim, request }: Cast): readonly Try[] {
  const person = rogue.address
  return [
    {
      what: 'appoints himself to a post',
      method: 'POST',
      path: `posts/${victimPost}/appointments`,
      body: { person },
    },
    {
      what: 'takes an address of the victim',
      method: 'POST',
      path: 'addresses',
      body: { address: 'wanted@td.gov.example', target: person },
    },
    {
      what: 'lets himself into the victim’s account',
      method: 'PUT',
      path: `accounts/${victim.address}/delegations/${person}`,
      body: { rights: 'lr' },
    },
    {
      what: 'makes a password for the victim',
      method: 'PUT',
      path: `people/${victim.address}/password`,
      body: {},
    },
    {
      what: 'gives himself a role',
      method: 'PUT',
      path: `people/${person}/roles/security-officer`,
      body: {},
    },
    {
      what: 'approves his own request',
      method: 'POST',
      path: `approvals/${request}/approve`,
      body: {},
    },
    { what: 'reads the audit trail', method: 'GET', path: 'audit/entries' },
    { what: 'sees people of another department', method: 'GET', path: `people/${victim.address}` },
  ]
}
