/** DNS as a table, for what asks for records. */
import { Refusal } from '../../src/base/refusal.ts'
import type { RecordKinds, RecordResolver } from '../../src/dns/record-resolver.ts'

export type FakeZone = { readonly [K in keyof RecordKinds]?: readonly RecordKinds[K][] } & {
  /** Nobody answers for these kinds. */
  readonly silent?: readonly (keyof RecordKinds)[]
}

export class FakeRecords implements RecordResolver {
  readonly zones: Map<string, FakeZone>
  asked = 0

  constructor(zones: Readonly<Record<string, FakeZone>> = {}) {
    this.zones = new Map(Object.entries(zones))
  }

  async records<K extends keyof RecordKinds>(
    name: string,
    kind: K,
    aliases = 0,
  ): Promise<readonly RecordKinds[K][] | undefined> {
    this.asked++
    // A resolver gives up on aliases that lead in a circle.
    if (aliases > 8) throw new Refusal('try-again', { what: 'dns' })
    const zone = this.zones.get(name.toLowerCase().replace(/\.$/, ''))
    if (zone?.silent?.includes(kind) === true) throw new Refusal('try-again', { what: 'dns' })
    const [alias] = kind === 'CNAME' ? [] : (zone?.CNAME ?? [])
    if (alias !== undefined) return this.records(alias, kind, aliases + 1)
    // A zone's rows of a kind are of that kind; the index alone does not say so to the compiler.
    const found = zone?.[kind] as readonly RecordKinds[K][] | undefined
    return zone === undefined ? undefined : (found ?? [])
  }
}
