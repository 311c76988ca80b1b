/** The files of a message that is being written, and how far each of them is. */
import type { Uploaded } from '../../kit/jmap/upload.ts'
import { Value } from '../../kit/observable.ts'
import type { AttachedFile } from './start.ts'

export interface DraftFile {
  readonly key: number
  readonly name: string
  readonly size: number
  /** How much of it is there, from 0 to 1. */
  readonly share: number
  readonly attached: AttachedFile | undefined
  readonly hasFailed: boolean
}

export type Upload = (
  file: Blob,
  options: { readonly onProgress: (share: number) => void; readonly signal: AbortSignal },
) => Promise<Uploaded>

export class DraftFiles {
  readonly list: Value<readonly DraftFile[]>
  readonly #upload: Upload
  readonly #touch: () => void
  readonly #files = new Map<number, File>()
  readonly #aborts = new Map<number, AbortController>()
  #lastKey = 0

  /** @param touch told whenever what is attached is another. */
  constructor(attached: readonly AttachedFile[], upload: Upload, touch: () => void) {
    this.#upload = upload
    this.#touch = touch
    this.list = new Value(
      attached.map((file) => ({
        key: ++this.#lastKey,
        name: file.name,
        size: file.size,
        share: 1,
        attached: file,
        hasFailed: false,
      })),
    )
  }

  get attached(): readonly AttachedFile[] {
    return this.list.value.flatMap(({ attached }) => attached ?? [])
  }

  get octets(): number {
    return this.attached.reduce((sum, { size }) => sum + size, 0)
  }

  get isUploading(): boolean {
    return this.list.value.some(({ attached, hasFailed }) => attached === undefined && !hasFailed)
  }

  get hasFailed(): boolean {
    return this.list.value.some(({ hasFailed }) => hasFailed)
  }

  attach(file: File): void {
    const key = ++this.#lastKey
    this.#files.set(key, file)
    const { name, size } = file
    const entry = { key, name, size, share: 0, attached: undefined, hasFailed: false }
    this.list.update((all) => [...all, entry])
    this.#send(key, file)
  }

  /** Once more, after it failed. */
  retry(key: number): void {
    const file = this.#files.get(key)
    if (file === undefined) return
    this.#change(key, { share: 0, hasFailed: false })
    this.#send(key, file)
  }

  detach(key: number): void {
    this.#aborts.get(key)?.abort()
    this.#files.delete(key)
    this.list.update((all) => all.filter((file) => file.key !== key))
    this.#touch()
  }

  /** Nothing more is sent up. */
  abort(): void {
    for (const abort of this.#aborts.values()) abort.abort()
  }

  #send(key: number, file: File): void {
    const abort = new AbortController()
    this.#aborts.set(key, abort)
    const onProgress = (share: number) => this.#change(key, { share })
    this.#upload(file, { onProgress, signal: abort.signal }).then(
      ({ blobId, type, size }) => {
        this.#change(key, { share: 1, attached: { blobId, name: file.name, type, size } })
        this.#files.delete(key)
        this.#touch()
      },
      () => this.#change(key, { hasFailed: true }),
    )
  }

  #change(key: number, change: Partial<DraftFile>): void {
    this.list.update((all) => all.map((file) => (file.key === key ? { ...file, ...change } : file)))
  }
}
