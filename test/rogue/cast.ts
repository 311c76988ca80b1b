/**
 * Who is in the play: a rogue with an honest small account of his own, and people whose mail he wants.
 * Each place where mail lies holds a word that is nowhere else in the world.
 */
import { z } from 'zod'
import { seededRandom } from '../../tools/seeded-random.ts'
import { ask, openToken } from '../support/admin-api.ts'
import { sendFromOutside } from '../support/mail-programs.ts'
import type { Person, Platform } from '../support/platform.ts'
import { tamar } from '../support/tamar-command.ts'

const domain = 'pio.gov.example'
/** What he holds honestly: one of each kind, to be turned into another's. */
export const ownPost = `rogue-post@${domain}`
export const ownShared = `rogue-shared@${domain}`
const ownList = `rogue-list@${domain}`
const ownAlias = `rogue-alias@${domain}`

export const victimPost = 'seo-a2@td.gov.example'
const victimShared = 'roadworks@td.gov.example'
const largeOctets = 400_000

export interface Cast {
  readonly rogue: Person
  /** Her own mail and a post's. */
  readonly victim: Person
  /** In mail that is not the rogue's. */
  readonly secrets: readonly string[]
  /** In his own, so that looking is known to work. */
  readonly own: string
  /** At the admin API, as the small administrator he is. */
  readonly token: string
  /** What he asked for and nobody has agreed to. */
  readonly request: string
}

/** @returns who plays, with all mail delivered. */
export async function assemble(platform: Platform, seed: number): Promise<Cast> {
  const rogue = platform.person('yw.tang')
  const victim = platform.person('wl.chan')
  await makeHoldings(platform, rogue)
  const word = wordsOf(seed)
  const secrets = ['person', 'post', 'shared', 'large'].map(word)
  const own = word('own')
  const outside = sendFromOutside(platform)
  const send = (to: string, text: string) =>
    outside.sendMail({ from: 'a@elsewhere.example', to, subject: text, text: `About ${text}.` })
  const [person = '', post = '', shared = '', large = ''] = secrets
  await send(victim.address, person)
  await send(victimPost, post)
  await send(victimShared, shared)
  const lines = `${large}\r\n`
  await send(victim.address, lines.repeat(Math.ceil(largeOctets / lines.length)).trim())
  await send(rogue.address, own)
  outside.close()
  const token = await openToken(platform, rogue.address, rogue.password)
  if (token === undefined) throw new Error('he is an administrator and cannot sign in')
  return { rogue, victim, secrets, own, token, request: await askForSomething(platform, token) }
}

/** An alias for himself: it needs a second person, and none has agreed. */
async function askForSomething(platform: Platform, token: string): Promise<string> {
  const body = { address: `another@${domain}`, target: 'yw.tang@pio.gov.example' }
  const { status, body: said } = await ask(platform, 'addresses', {
    method: 'POST',
    token,
    body,
    reason: 'I want it',
  })
  const id = said['approvalId']
  if (typeof id !== 'string') throw new Error(`${status} ${JSON.stringify(said)}`)
  return id
}

async function makeHoldings(platform: Platform, { address }: Person): Promise<void> {
  const of = (name: string) => ['--name', name, '--department', 'PIO']
  await tamar(platform, 'post', 'create', ownPost, '--title', 'AS(Rogue)', ...of('Rogue'))
  await tamar(platform, 'post', 'appoint', ownPost, address)
  await tamar(platform, 'shared', 'create', ownShared, ...of('Rogue shared'))
  await tamar(platform, 'shared', 'add-member', ownShared, address)
  const members = ['--owner', address, '--members', address, '--posting', 'anyone']
  await tamar(platform, 'list', 'create', ownList, ...of('Rogue list'), ...members)
  await tamar(platform, 'address', 'add', ownAlias, '--for', address)
  await tamar(platform, 'role', 'grant', address, 'department-administrator', '--for', 'PIO')
  await tamar(
    platform,
    'delegation',
    'grant',
    'ps.kwok@pio.gov.example',
    address,
    '--rights',
    'lrs',
  )
  // Rows of great power, for him to copy.
  await tamar(platform, 'role', 'grant', 'kh.wong@td.gov.example', 'central-administrator')
  await tamar(platform, 'role', 'grant', 'tk.ho@td.gov.example', 'security-officer')
  // What he held once and holds no more; the rows of that time are kept by `remember`.
  await tamar(platform, 'post', 'appoint', victimPost, address)
}

/** Ends what the rogue once held honestly. */
export async function endActing(platform: Platform, { rogue }: Pick<Cast, 'rogue'>): Promise<void> {
  await tamar(platform, 'post', 'end', victimPost, rogue.address)
}

const peopleSchema = z.array(z.object({ id: z.string(), address: z.string() }))

export async function findPerson(platform: Platform, address: string): Promise<{ id: string }> {
  const people = peopleSchema.parse(await tamar(platform, 'person', 'list'))
  const found = people.find((person) => person.address === address)
  if (found === undefined) throw new Error(`nobody is ${address}`)
  return found
}

/** Letters and digits, long enough not to appear by chance. */
function wordsOf(seed: number): (place: string) => string {
  const random = seededRandom(seed)
  return (place) =>
    `secret${place}${Math.floor(random() * 2 ** 48).toString(36)}${Math.floor(random() * 2 ** 48).toString(36)}`
}
