/** What waits for my yes, and what I asked for myself: as the admin API says it. docs/approvals.md */
import { Loaded } from '../../../kit/loaded.ts'
import { listOf, numberOf, textOf, type Answer, type Body } from '../../../kit/own-api.ts'
import type { Office } from './office.ts'

export interface Value {
  readonly name: string
  readonly value: string
}

export interface ApprovalRequest {
  readonly id: string
  readonly act: string
  /** In plain English. */
  readonly words: string
  readonly why: string
  readonly lines: readonly Value[]
  readonly requester: string
  readonly role: string
  readonly department: string
  readonly reason: string
  readonly ticket: string
  readonly askedAt: number
  readonly expiresAt: number
  readonly voices: readonly string[]
}

/** What came of a yes. */
export interface Outcome {
  readonly isDone: boolean
  /** Why it was not done. */
  readonly message: string
  /** What only this approver is told, once. */
  readonly facts: readonly Value[]
}

export class Approvals {
  readonly waiting: Loaded<readonly ApprovalRequest[]>
  readonly mine: Loaded<readonly ApprovalRequest[]>
  readonly #office: Office

  constructor(office: Office) {
    this.#office = office
    this.waiting = new Loaded(() => office.get('/approvals?view=waiting&limit=100'), readRequests)
    this.mine = new Loaded(() => office.get('/approvals?view=mine&limit=100'), readWaiting)
  }

  approve(id: string): Promise<Answer> {
    return this.#then(`/approvals/${encodeURIComponent(id)}/approve`, {})
  }

  refuse(id: string, reason: string): Promise<Answer> {
    return this.#then(`/approvals/${encodeURIComponent(id)}/refuse`, { reason })
  }

  withdraw(id: string): Promise<Answer> {
    return this.#then(`/approvals/${encodeURIComponent(id)}/withdraw`, {})
  }

  /** Another may have been quicker: what is there now is shown either way. */
  async #then(path: string, body: object): Promise<Answer> {
    const answer = await this.#office.post(path, body)
    await Promise.all([this.waiting.read(), this.mine.read()])
    return answer
  }
}

export function outcomeOf(body: Body): Outcome {
  const { facts } = body
  const shown = typeof facts === 'object' && facts !== null ? Object.entries(facts) : []
  return {
    isDone: body['isDone'] === true,
    message: textOf(body['message']),
    facts: shown.map(([name, value]) => ({ name, value: String(value) })),
  }
}

function readRequests(body: Body): readonly ApprovalRequest[] {
  return listOf(body['items'], readRequest)
}

/** Of what he asked for, that which nobody has answered. */
function readWaiting(body: Body): readonly ApprovalRequest[] {
  return listOf(body['items'], (one) =>
    textOf(one['state']) === 'waiting' ? readRequest(one) : undefined,
  )
}

function readRequest(one: Body): ApprovalRequest {
  return {
    id: textOf(one['id']),
    act: textOf(one['act']),
    words: textOf(one['words']),
    why: textOf(one['why']),
    lines: listOf(one['lines'], ({ name, value }) => ({
      name: textOf(name),
      value: textOf(value),
    })),
    requester: textOf(one['requester']),
    role: textOf(one['role']),
    department: textOf(one['department']),
    reason: textOf(one['reason']),
    ticket: textOf(one['ticket']),
    askedAt: numberOf(one['askedAt']) ?? 0,
    expiresAt: numberOf(one['expiresAt']) ?? 0,
    voices: listOf(one['voices'], ({ by }) => textOf(by)),
  }
}
