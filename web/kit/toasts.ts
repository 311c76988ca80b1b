/** Short words about what was done, with a way back where there is one. */
import { Value } from './observable.ts'

export interface Toast {
  readonly id: number
  readonly text: string
  readonly kind: 'done' | 'fault'
  readonly action?: { readonly label: string; readonly act: () => void }
}

/** Long enough to read, to decide and to reach the button (WCAG 2.2 §2.2.1: the key Z does it too). */
const shownMs = 10_000
const toastsMax = 3

export class Toasts {
  readonly list = new Value<readonly Toast[]>([])
  #last = 0

  show(toast: Omit<Toast, 'id'>, forMs = shownMs): number {
    const id = ++this.#last
    this.list.update((list) => [...list.slice(1 - toastsMax), { ...toast, id }])
    setTimeout(() => this.close(id), forMs)
    return id
  }

  close(id: number): void {
    this.list.update((list) =>
      list.some((each) => each.id === id) ? list.filter((each) => each.id !== id) : list,
    )
  }

  /** Takes back what was done last, when that is still offered. */
  undo(): boolean {
    const last = this.list.value.findLast(({ action }) => action !== undefined)
    if (last?.action === undefined) return false
    this.close(last.id)
    last.action.act()
    return true
  }
}
