/**
 * What somebody does with mail that is not his: by which right, and that it is in the trail before it is
 * answered. Of his own, and of his posts', nothing is written. Architecture D11.
 */
import { Refusal } from '../../base/refusal.ts'
import type { Directory } from '../../directory/types.ts'
import type { Sessions } from '../sessions.ts'
import type {
  AccountGrant,
  Act,
  ActObject,
  MailChange,
  MailSearch,
  Principal,
  SentFor,
} from '../types.ts'
import type { MailPlace, MailRecorder } from './mail-recorder.ts'

export type InMailbox = Omit<MailPlace, 'grant'>

/** RFC 4314 §2.1: `p`, as we read it. */
export const sendAsRights = 'p'

interface MailParts {
  readonly directory: Pick<Directory, 'findAddress'>
  readonly sessions: Pick<Sessions, 'grants'>
  readonly recorder: MailRecorder
  readonly permit: (principal: Principal, act: Act, object: ActObject) => AccountGrant | undefined
}

export class MailOfOthers {
  readonly #parts: MailParts

  constructor(parts: MailParts) {
    this.#parts = parts
  }

  async recordRead(principal: Principal, object: InMailbox, uids: readonly number[]) {
    const place = this.#ofOthers(principal, object)
    if (place !== undefined && uids.length > 0)
      await this.#parts.recorder.read(principal, place, uids)
  }

  async recordSearch(principal: Principal, object: InMailbox, search: MailSearch) {
    const place = this.#ofOthers(principal, object)
    if (place !== undefined) await this.#parts.recorder.search(principal, place, search)
  }

  async recordChange(principal: Principal, object: InMailbox, change: MailChange) {
    const place = this.#ofOthers(principal, object)
    if (place !== undefined) await this.#parts.recorder.change(principal, place, change)
  }

  async recordSend(principal: Principal, sent: SentFor): Promise<void> {
    const { sessions, recorder } = this.#parts
    const grant = sessions.grants(principal).byAccount.get(sent.accountId)
    if (grant === undefined) throw new Refusal('not-permitted', { act: 'mail.submit' })
    if (!isHis(grant)) await recorder.send(principal, grant, sent)
  }

  /** With any of these rights in the account that has the address. */
  findSending(principal: Principal, address: string, rights: string): AccountGrant | undefined {
    const { directory, sessions } = this.#parts
    const target = directory.findAddress(address)
    if (target?.kind !== 'account') return undefined
    const grant = sessions.grants(principal).byAccount.get(target.accountId)
    return grant !== undefined && Array.from(rights).some((one) => grant.rights.includes(one))
      ? grant
      : undefined
  }

  /** Undefined: it is his own mail, or his post's. */
  #ofOthers(principal: Principal, object: InMailbox): MailPlace | undefined {
    const grant = this.#parts.permit(principal, 'mail.lookup', object)
    return grant !== undefined && isHis(grant) ? undefined : { ...object, grant }
  }
}

function isHis({ basis }: AccountGrant): boolean {
  return basis === 'own' || basis === 'held'
}
