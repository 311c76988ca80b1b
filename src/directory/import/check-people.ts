/** Holds the people of a file against the directory: their departments, domains, posts, addresses. */
import type { Tx } from '../../db/types.ts'
import { takenAmong } from '../rows/write-rows.ts'
import { findByLookup, lookups, shelfOf } from '../write/shelf.ts'
import type { Writing } from '../write/writing.ts'
import type { ImportedPerson, ImportFault } from './read-people.ts'

export interface CheckedPerson extends ImportedPerson {
  readonly departmentId: string
  readonly postId: string | undefined
  readonly lookup: Buffer
}

export interface CheckedPeople {
  readonly people: readonly CheckedPerson[]
  readonly faults: readonly ImportFault[]
}

type WritingKeys = Pick<Writing, 'keys'>

export async function checkPeople(
  tx: Tx,
  writing: WritingKeys,
  people: readonly ImportedPerson[],
): Promise<CheckedPeople> {
  const checked: CheckedPerson[] = []
  const faults: ImportFault[] = []
  const places = new Places(tx, writing)
  const hashes = people.map((person) => lookups.address(writing, person.address))
  const taken = await takenAmong(shelfOf(tx, writing, 'address'), hashes)
  for (const [at, person] of people.entries()) {
    const lookup = hashes[at]
    if (lookup === undefined) continue
    const note = (field: string, message: string) =>
      void faults.push({ line: person.line, field, message })
    const departmentId = await places.department(person.departmentCode)
    const before = faults.length
    if (departmentId === undefined) {
      note('department', `There is no department ${person.departmentCode}.`)
      continue
    }
    if ((await places.ownerOfDomain(person.domain)) !== departmentId)
      note('address', 'The domain of this address is not one of the department.')
    if (taken.has(lookup.toString('hex'))) note('address', 'This address is already in use.')
    const postId = person.post && (await places.post(departmentId, person.post))
    if (person.post !== undefined && postId === undefined)
      note('post', `The department has no post ${person.post}.`)
    if (faults.length === before) checked.push({ ...person, departmentId, postId, lookup })
  }
  return { people: checked, faults }
}

/** Looks each department, domain and post up once. */
class Places {
  readonly #tx: Tx
  readonly #writing: WritingKeys
  readonly #found = new Map<string, string | undefined>()

  constructor(tx: Tx, writing: WritingKeys) {
    this.#tx = tx
    this.#writing = writing
  }

  department(code: string): Promise<string | undefined> {
    return this.#once(`department ${code}`, async () => {
      const lookup = lookups.department(this.#writing, code)
      return (await findByLookup(this.#tx, this.#writing, 'department', lookup))?.id
    })
  }

  ownerOfDomain(domain: string): Promise<string | undefined> {
    return this.#once(`domain ${domain}`, async () => {
      const lookup = lookups.domain(this.#writing, domain)
      return (await findByLookup(this.#tx, this.#writing, 'domain', lookup))?.departmentId
    })
  }

  post(departmentId: string, title: string): Promise<string | undefined> {
    return this.#once(`post ${departmentId} ${title}`, async () => {
      const lookup = lookups.post(this.#writing, departmentId, title)
      return (await findByLookup(this.#tx, this.#writing, 'post', lookup))?.id
    })
  }

  async #once(key: string, find: () => Promise<string | undefined>): Promise<string | undefined> {
    if (!this.#found.has(key)) this.#found.set(key, await find())
    return this.#found.get(key)
  }
}
