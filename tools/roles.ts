/**
 * Writes `docs/roles.md` from the catalogue of acts and the table of roles: `node tools/roles.ts`. A
 * test holds the page to the code.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { allActs, ruleOf } from '../src/access/acts.ts'
import { cellOf, type Cell } from '../src/access/matrix.ts'
import { allRoles, roles } from '../src/access/roles.ts'
import type { ApprovalRule, Role } from '../src/access/rules.ts'

export const rolesPage = 'docs/roles.md'
const dayMs = 86_400_000

/** Letters that stand for roles at the head of a column. */
const letters: Readonly<Record<Role, string>> = {
  officer: 'Of',
  delegate: 'De',
  'department-administrator': 'DA',
  'help-desk': 'HD',
  'records-manager': 'RM',
  'access-to-information-officer': 'AI',
  'central-operator': 'CO',
  'central-administrator': 'CA',
  'security-officer': 'SO',
  auditor: 'Au',
  'audit-authority': 'AA',
}
const signs: Readonly<Record<Cell, string>> = { yes: 'yes', approval: '2', own: 'own', no: '' }

export function formatRolesPage(): string {
  return `${[
    '# Roles and acts',
    '',
    'Made from the code by `node tools/roles.ts`; a test compares it, and another walks every cell at',
    'the gate. Every act, whatever the door, passes one gate (`src/access/decide.ts`).',
    '',
    'Roles count in a session at the admin door only; rights in mail count in sessions for mail only.',
    'Who holds an office reads his mail elsewhere, and no office opens anybody’s mail by itself.',
    '',
    '## Roles',
    '',
    '| | role | for | whose | comes by | lasts at most | never together with |',
    '|---|---|---|---|---|---|---|',
    ...allRoles.map(roleRow),
    '',
    'A role is given from a date to a date, ends when its holder moves, leaves or is suspended, and is',
    'not believed together with one that it conflicts with, nor without the authority’s MAC.',
    '',
    '## Acts',
    '',
    'yes: alone · 2: with a second person’s consent · own: in what is his own, or as far as the rights',
    'go that its owner gave him · empty: not at all.',
    '',
    `| act | ${allRoles.map((role) => letters[role]).join(' | ')} | may |`,
    `|---|${allRoles.map(() => '---').join('|')}|---|`,
    ...allActs.map(
      (act) =>
        `| \`${act}\` | ${allRoles.map((role) => signs[cellOf(role, act)]).join(' | ')} | ${
          ruleOf(act).words
        } |`,
    ),
    '',
    'What no role has, the platform does by itself.',
    '',
    '## Consent',
    '',
    'Nobody agrees to what he asked for himself. Where the owner or holder may consent, that is enough.',
    '',
    '| act | because | who agrees | used within |',
    '|---|---|---|---|',
    ...allActs.flatMap((act) => {
      const { approval } = ruleOf(act)
      return approval === undefined ? [] : [`| \`${act}\` | ${consentOf(approval)} |`]
    }),
  ].join('\n')}\n`
}

function roleRow(role: Role): string {
  const { words, scope, comesBy, livesMs, conflicts } = roles[role]
  const lasts = livesMs === Infinity ? '' : `${livesMs / dayMs} days`
  const whose = { own: 'his own', 'own-department': 'a department', all: 'all' }[scope]
  const never = conflicts.map((other) => letters[other]).join(', ')
  return `| ${letters[role]} | ${role} | ${words} | ${whose} | ${comesBy} | ${lasts} | ${never} |`
}

function consentOf({ consent, approvers, count, otherOffice, livesMs, why }: ApprovalRule): string {
  const many = count === 1 ? 'one of' : `${count} of`
  const elsewhere = otherOffice ? ', one of another office' : ''
  const officers = `${many} ${approvers.map((role) => letters[role]).join(', ')}${elsewhere}`
  const who = consent === 'none' ? officers : `owner or holder; or ${officers}`
  const lives = livesMs < dayMs ? `${livesMs / 3_600_000} h` : `${livesMs / dayMs} d`
  return `${why} | ${who} | ${lives}`
}

if (import.meta.main) {
  const file = join(import.meta.dirname, '..', rolesPage)
  writeFileSync(file, formatRolesPage())
}
