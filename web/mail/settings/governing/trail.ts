/** The audit trail: what one did oneself, and for who may read it, everybody's newest entries. docs/audit.md */
import { Loaded } from '../../../kit/loaded.ts'
import { listOf, numberOf, textOf, type Body } from '../../../kit/own-api.ts'
import type { Office } from './office.ts'

export type Whose = 'own' | 'all'

export interface TrailEntry {
  readonly key: string
  readonly at: number
  readonly kind: string
  /** Empty: of a kind that is no act of the catalogue. */
  readonly act: string
  /** Of it: fields that changed, the door, how it ended; words of the trail itself. */
  readonly facts: readonly string[]
}

const entriesMax = 200

export class Trail {
  /** Whether he holds an office that reads all of it. */
  readonly mayReadAll: Loaded<boolean>
  readonly own: Loaded<readonly TrailEntry[]>
  readonly all: Loaded<readonly TrailEntry[]>

  constructor(office: Office) {
    this.mayReadAll = new Loaded(
      () => office.get('/me'),
      (body) => listOf(body['roles'], ({ role }) => textOf(role)).includes('auditor'),
    )
    const list = (path: string) =>
      new Loaded(
        () => office.get(`/audit/${path}?limit=${entriesMax}`),
        (body) => listOf(body['items'], readEntry),
      )
    this.own = list('own-entries')
    this.all = list('entries')
  }
}

/** Of these a number or a name says nothing that a reader of the page can use. */
const said = ['event', 'what', 'mechanism', 'door', 'outcome', 'cause', 'result', 'role'] as const

function readEntry(one: Body): TrailEntry {
  const { entry } = one
  const known = typeof entry === 'object' && entry !== null ? (entry as Body) : {}
  const fields = Array.isArray(known['fields']) ? known['fields'].map(String).join(', ') : ''
  const facts = [...said.map((name) => textOf(known[name])), fields]
  return {
    key: `${textOf(one['nodeId'])} ${numberOf(one['seq']) ?? 0}`,
    at: numberOf(one['at']) ?? 0,
    kind: textOf(known['kind']),
    act: textOf(known['act']),
    facts: facts.filter((fact) => fact !== ''),
  }
}
