/** What a task throws where it is to stop. */
export class TaskCancelled extends Error {
  override readonly name = 'TaskCancelled'

  constructor() {
    super('somebody cancelled it')
  }
}
