/** A dry run does all of it and takes it back: it finds what the real one would find. */
import type { Tx } from '../../db/types.ts'
import type { AdminPorts } from '../ports.ts'
import { write } from '../verb.ts'

/** Carries the answer out of the transaction that is undone. */
class TakenBack<T> extends Error {
  override readonly name = 'TakenBack'
  readonly answer: T

  constructor(answer: T) {
    super('taken back')
    this.answer = answer
  }
}

export async function tryOrWrite<T>(
  ports: AdminPorts,
  isDryRun: boolean,
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  if (!isDryRun) return write(ports, work)
  try {
    return await ports.database.transaction(async (tx) => {
      throw new TakenBack(await work(tx))
    })
  } catch (error) {
    // Thrown two lines above, with what `work` gave.
    if (error instanceof TakenBack) return (error as TakenBack<T>).answer
    throw error
  }
}
