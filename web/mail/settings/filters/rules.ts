/**
 * Simple rules as a Sieve script, and back. Each rule stands in a comment above its own lines; a script is
 * ours only when writing its rules anew gives the very same text: whatever a hand has touched is left alone.
 * RFC 5228, RFC 3894 (copy), RFC 5232 (imap4flags).
 */

export const fields = ['from', 'to', 'subject'] as const
export type Field = (typeof fields)[number]

export type Act =
  /** Into a mailbox, by its whole name as Sieve says it. */
  | { readonly kind: 'move'; readonly mailbox: string }
  | { readonly kind: 'flag' }
  | { readonly kind: 'forward'; readonly address: string }
  | { readonly kind: 'delete' }

export interface Rule {
  readonly field: Field
  readonly contains: string
  readonly act: Act
}

export const rulesMax = 100
const head = '# Rules of the web mail. Whoever changes this by hand keeps it by hand.'
const mark = '# rule '

export function formatRules(rules: readonly Rule[]): string {
  const kinds = new Set(rules.map(({ act }) => act.kind))
  const needs = [
    ...(kinds.has('move') ? ['fileinto', 'mailbox'] : []),
    ...(kinds.has('flag') ? ['imap4flags'] : []),
    ...(kinds.has('forward') ? ['copy'] : []),
  ]
  const require = needs.length === 0 ? [] : [`require [${needs.map(quote).join(', ')}];`]
  return `${[head, ...require, ...rules.flatMap(linesOf)].join('\n')}\n`
}

/** Undefined: somebody wrote or changed it by hand. */
export function parseRules(script: string): readonly Rule[] | undefined {
  const rules: Rule[] = []
  for (const line of script.split('\n')) {
    if (!line.startsWith(mark)) continue
    const rule = parseRule(line.slice(mark.length))
    if (rule === undefined || rules.length >= rulesMax) return undefined
    rules.push(rule)
  }
  return formatRules(rules) === script ? rules : undefined
}

/** In one line, whatever was typed: it must not end its comment, nor its string. */
export function cleanRule({ field, contains, act }: Rule): Rule {
  const clean = (text: string) =>
    text
      .replaceAll(/\p{Cc}+/gu, ' ')
      .normalize('NFC')
      .trim()
  return {
    field,
    contains: clean(contains),
    act: act.kind === 'forward' ? { kind: 'forward', address: clean(act.address) } : act,
  }
}

function linesOf(rule: Rule): readonly string[] {
  const { field, contains, act } = rule
  const names = field === 'to' ? '["to", "cc"]' : quote(field)
  return [
    mark + JSON.stringify({ field, contains, act }),
    `if header :contains ${names} ${quote(contains)} {`,
    ...actLines(act).map((line) => `  ${line}`),
    '}',
  ]
}

/** What moves or deletes is the last that is done with a message. */
function actLines(act: Act): readonly string[] {
  if (act.kind === 'move') return [`fileinto :create ${quote(act.mailbox)};`, 'stop;']
  if (act.kind === 'flag') return ['addflag "\\\\Flagged";']
  if (act.kind === 'forward') return [`redirect :copy ${quote(act.address)};`]
  return ['discard;', 'stop;']
}

/** RFC 5228 §2.4.2 */
function quote(text: string): string {
  return `"${text.replaceAll(/["\\]/g, '\\$&')}"`
}

function parseRule(json: string): Rule | undefined {
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch {
    return undefined
  }
  if (!isObject(value)) return undefined
  const { contains } = value
  const field = fields.find((each) => each === value['field'])
  const act = parseAct(value['act'])
  if (field === undefined || act === undefined || typeof contains !== 'string') return undefined
  return { field, contains, act }
}

function parseAct(value: unknown): Act | undefined {
  if (!isObject(value)) return undefined
  const { kind, mailbox, address } = value
  if (kind === 'flag' || kind === 'delete') return { kind }
  if (kind === 'move' && typeof mailbox === 'string') return { kind, mailbox }
  if (kind === 'forward' && typeof address === 'string') return { kind, address }
  return undefined
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
