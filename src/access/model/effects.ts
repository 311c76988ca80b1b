/**
 * What each act of the catalogue does to the small world, and which of it must not be in one
 * person's hands. Total over the catalogue: who adds an act says here what it does.
 */
import type { Act } from '../acts.ts'
import { puppetsMax, type Dept, type Thing, type World } from './state.ts'

export type Outcome = { readonly world: World } | { readonly harm: string } | undefined
export type Effect = (world: World, thing: Thing) => Outcome

const nothing: Effect = () => undefined

/** Harm when it is done to what is the victim's. */
const toOthers =
  (harm: string, kinds: readonly Thing['kind'][] = ['victim', 'post', 'shared']): Effect =>
  (_, { kind }) =>
    kinds.includes(kind) ? { harm } : undefined
const anyway =
  (harm: string): Effect =>
  () => ({ harm })
const reads = (what: string) => `he reads ${what}`

const grantsHimself: Effect = (_, { kind }) =>
  kind === 'himself' || kind === 'puppet' ? { harm: 'he grants himself a role' } : undefined
const silences = anyway('he silences the audit trail')
const victimBecomes =
  (victim: World['victim']): Effect =>
  (world, { kind }) =>
    kind === 'victim' && world.victim !== victim ? { world: { ...world, victim } } : undefined

const createsPerson: Effect = (world, { kind, dept }) => {
  const { puppets } = world
  if (kind !== 'department' || dept === undefined || puppets.length >= puppetsMax) return undefined
  return { world: { ...world, puppets: [...puppets, dept].sort() } }
}
const movesPerson: Effect = (world, { kind }) => {
  const victimDept: Dept = world.victimDept === 'A' ? 'B' : 'A'
  return kind === 'victim' ? { world: { ...world, victimDept } } : undefined
}
const vacatesPost: Effect = (world, { kind }) =>
  kind === 'post' && !world.isPostVacant ? { world: { ...world, isPostVacant: true } } : undefined
const takesAlias: Effect = (world, { kind }) =>
  kind === 'victim' && world.alias === 'his' ? { world: { ...world, alias: 'former' } } : undefined
/** Every writer that gives an address asks this, whatever it gives it to. */
const reassigns: Effect = ({ alias }, { kind }) =>
  alias === 'former' && kind !== 'victim'
    ? { harm: reads('what is sent to the victim’s former address') }
    : undefined
const takesOver: Effect = ({ victim }, { kind }) =>
  victim === 'left' && kind === 'victim' ? { harm: reads('the mail of who has left') } : undefined

const mailOfOthers = toOthers(reads('the victim’s mail'))
const signsInAsVictim = toOthers('he signs in as the victim', ['victim'])

export const effects: Readonly<Record<Act, Effect>> = {
  'mail.lookup': mailOfOthers,
  'mail.read': mailOfOthers,
  'mail.seen': mailOfOthers,
  'mail.write': mailOfOthers,
  'mail.insert': mailOfOthers,
  'mail.submit': toOthers('he writes as the victim'),
  'mail.submit-on-behalf': toOthers('he writes as the victim'),
  'mail.create': mailOfOthers,
  'mail.delete-mailbox': mailOfOthers,
  'mail.delete-message': mailOfOthers,
  'mail.expunge': mailOfOthers,
  'mail.recover': mailOfOthers,
  'mail.administer': mailOfOthers,
  'directory.look-up': nothing,
  'password.change-own': signsInAsVictim,
  'app-password.create-own': signsInAsVictim,
  'app-password.revoke-own': nothing,
  'app-password.read-own': nothing,
  // Who adds a factor of his to another's sign-in is in when he knows the password as well.
  'factor.add-own': signsInAsVictim,
  'factor.remove-own': signsInAsVictim,
  'factor.make-recovery-codes-own': signsInAsVictim,
  'program.allow-own': signsInAsVictim,
  'program.end-own': nothing,
  'session.end-own': nothing,
  // When something comes is told, to a host that he names; what, is not.
  'push.subscribe-own': nothing,
  'push.end-own': nothing,
  'ledger.read-own': mailOfOthers,
  'audit.read-own': nothing,
  'ledger.delay': silences,
  'redirect.set-own': mailOfOthers,
  'redirect.set-external': mailOfOthers,
  'redirect.remove-own': nothing,
  'redirect.read-own': nothing,
  'filter.set-own': mailOfOthers,
  'filter.remove-own': nothing,
  'filter.read-own': nothing,
  'share-notice.dismiss': nothing,
  'vacation.set-own': toOthers('he writes as the victim'),
  'vacation.read-own': nothing,
  'delegation.grant': mailOfOthers,
  'delegation.revoke': nothing,
  'delegation.read': nothing,
  'approval.read': nothing,
  'approval.decide': nothing,
  'approval.withdraw': nothing,
  'approval.review': nothing,
  'directory.read': nothing,
  'department.create': nothing,
  'department.rename': nothing,
  'department.set-limit': nothing,
  'domain.add': anyway(reads('what was written to that domain')),
  'domain.remove': anyway(reads('what was written to that domain')),
  'person.create': createsPerson,
  'person.rename': nothing,
  'person.move': movesPerson,
  'person.suspend': victimBecomes('suspended'),
  'person.resume': victimBecomes('active'),
  'person.leave': victimBecomes('left'),
  'person.reactivate': victimBecomes('active'),
  'post.create': nothing,
  'post.rename': nothing,
  'post.appoint': toOthers(reads('the mail of the victim’s post'), ['post']),
  'post.end-appointment': vacatesPost,
  // Nobody holds it and it has no mail; its address is remembered as its.
  'post.remove': nothing,
  'shared.create': nothing,
  'shared.rename': nothing,
  'shared.add-member': toOthers(reads('the shared mailbox'), ['shared']),
  'shared.remove-member': nothing,
  'list.create': nothing,
  'list.rename': nothing,
  'list.add-member': toOthers(reads('what is sent to the list'), ['list']),
  'list.remove-member': nothing,
  'list.set-owner': toOthers(reads('what waits for the list’s moderator'), ['list']),
  'list.moderate': nothing,
  'held.request': nothing,
  // To its owner, who asked, and to nobody else.
  'held.release': nothing,
  'list.set-posting': nothing,
  'list.remove': nothing,
  // A new address is nobody's mail yet; an old one is `address.reassign`.
  'address.add-alias': nothing,
  'address.reassign': reassigns,
  'address.set-primary': nothing,
  'address.remove-alias': takesAlias,
  'quota.set': nothing,
  'redirect.set': mailOfOthers,
  'redirect.read': nothing,
  'redirect.remove': nothing,
  // With a second person the platform hands it over; alone, it is shown to who asked.
  'password.reset-for-another': signsInAsVictim,
  // What was asked besides the password is asked no more.
  'factor.reset-for-another': signsInAsVictim,
  'app-password.create-for-another': signsInAsVictim,
  'app-password.revoke-for-another': nothing,
  'app-password.read': nothing,
  'session.read': nothing,
  'session.end': nothing,
  'delegation.grant-for-another': mailOfOthers,
  'delegation.revoke-for-another': nothing,
  'delegation.read-of-another': nothing,
  'mailbox.examine': mailOfOthers,
  'mailbox.close': nothing,
  'mail.export': mailOfOthers,
  'mail.restore-to-another': mailOfOthers,
  'mail.take-over': takesOver,
  'hold.place': nothing,
  'hold.release': anyway('he lets held mail be destroyed'),
  'trace.search': nothing,
  'policy.read': nothing,
  'policy.raise': nothing,
  'policy.lower': anyway('he makes weaker what protects everybody'),
  'role.read': nothing,
  'role.grant': grantsHimself,
  'role.grant-security': grantsHimself,
  'role.grant-auditor': grantsHimself,
  'role.revoke': nothing,
  'role.revoke-auditor': silences,
  'audit.read': nothing,
  'audit.verify': nothing,
  'audit.resolve': anyway('he finds out alone whom the trail speaks of'),
  'audit.change-settings': silences,
  'platform.status': nothing,
  'queue.read': nothing,
  'report.read': nothing,
  'queue.retry': nothing,
  'queue.hold': nothing,
  'queue.release': nothing,
  'queue.remove': nothing,
  'node.stop': nothing,
  'node.drain': nothing,
  'certificate.renew': nothing,
  'task.read': nothing,
  'task.cancel': nothing,
  'backup.make': nothing,
  'backup.verify': nothing,
  'search.rebuild': nothing,
  'platform.verify': nothing,
  'drill.run': nothing,
  'key.rotate': nothing,
  'break-glass': anyway(reads('what he likes')),
  'platform.set-state': anyway('he opens the platform again'),
  'platform.take-seat': grantsHimself,
}
