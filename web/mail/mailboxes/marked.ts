/** Favourites and colours of mailboxes: kept in this browser, by their ids and nothing else. */
import { Value } from '../../kit/observable.ts'

export const colours = ['red', 'amber', 'green', 'teal', 'blue', 'violet'] as const
export type Colour = (typeof colours)[number]

/** How a mailbox stands out; undefined where it does not. */
export interface Mark {
  readonly isFavourite: boolean
  readonly colour: Colour | undefined
}

export type Marks = ReadonlyMap<string, Mark>

const place = 'tamar.mailboxes'
/** More than anybody marks; whoever filled the storage otherwise is not followed. */
const marksMax = 500

const plain: Mark = { isFavourite: false, colour: undefined }

export class MarkedMailboxes {
  readonly marks: Value<Marks>
  readonly #storage: Pick<Storage, 'setItem'>

  constructor(storage: Pick<Storage, 'getItem' | 'setItem'>) {
    this.#storage = storage
    this.marks = new Value(read(storage.getItem(place)))
  }

  of(mailboxId: string): Mark {
    return this.marks.value.get(mailboxId) ?? plain
  }

  change(mailboxId: string, change: Partial<Mark>): void {
    const mark = { ...this.of(mailboxId), ...change }
    const marks = new Map(this.marks.value)
    marks.delete(mailboxId)
    if (mark.isFavourite || mark.colour !== undefined) marks.set(mailboxId, mark)
    const [oldest] = marks.keys()
    if (marks.size > marksMax && oldest !== undefined) marks.delete(oldest)
    this.marks.set(marks)
    this.#storage.setItem(place, JSON.stringify([...marks]))
  }
}

/** What is stored, wherever it came from, is read with care. */
function read(text: string | null): Marks {
  const marks = new Map<string, Mark>()
  for (const entry of entriesOf(text).slice(0, marksMax)) {
    if (!Array.isArray(entry) || typeof entry[0] !== 'string') continue
    const { isFavourite, colour } = Object(entry[1]) as Record<string, unknown>
    marks.set(entry[0], {
      isFavourite: isFavourite === true,
      colour: colours.find((each) => each === colour),
    })
  }
  return marks
}

function entriesOf(text: string | null): readonly unknown[] {
  if (text === null) return []
  try {
    const value: unknown = JSON.parse(text)
    return Array.isArray(value) ? value : []
  } catch {
    // Somebody else wrote there: as if nothing were kept.
    return []
  }
}
