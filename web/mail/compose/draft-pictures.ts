/** Pictures within the text of a message that is being written: each has a content id, which the text names. RFC 2392. */
import { Value } from '../../kit/observable.ts'
import type { PictureSource, PictureState } from '../editor/picture-source.ts'
import type { Upload } from './draft-files.ts'

/** As JMAP knows one that is there. */
export interface InlinePicture {
  readonly cid: string
  readonly blobId: string
  readonly name: string
  readonly type: string
  readonly size: number
}

/** What every mail program shows. SVG is a page with scripts: it is a file. */
export const pictureTypes = ['image/png', 'image/jpeg', 'image/gif', 'image/webp']
/** A larger one is a file: nobody waits for a text that long. */
export const pictureOctetsMax = 5_000_000
/** As many as the reader shows. */
export const picturesMax = 60

export interface PictureParts {
  readonly upload: Upload
  /** The octets of one that is there. @throws RequestError */
  readonly read: (blobId: string, type: string) => Promise<Blob>
  /** Told whenever what there is to send is another. */
  readonly touch: () => void
  readonly urls?: Pick<typeof URL, 'createObjectURL' | 'revokeObjectURL'>
}

interface Kept {
  readonly state: Value<PictureState>
  picture: InlinePicture | undefined
}

export class DraftPictures implements PictureSource {
  readonly #parts: PictureParts
  readonly #kept = new Map<string, Kept>()
  readonly #abort = new AbortController()

  constructor(pictures: readonly InlinePicture[], parts: PictureParts) {
    this.#parts = parts
    for (const picture of pictures)
      this.#kept.set(picture.cid, { state: new Value<PictureState>({ kind: 'waiting' }), picture })
  }

  /** Whether this may stand in the text; otherwise it is a file. */
  takes({ type, size }: File): boolean {
    const isFew = this.#kept.size < picturesMax
    return isFew && size <= pictureOctetsMax && pictureTypes.includes(type)
  }

  /** Shown at once, sent up meanwhile. @returns its content id */
  insert(file: File, domain: string): string {
    const cid = `${crypto.randomUUID()}@${domain}`
    const { urls = URL } = this.#parts
    const url = urls.createObjectURL(file)
    const kept: Kept = {
      state: new Value<PictureState>({ kind: 'shown', url }),
      picture: undefined,
    }
    this.#kept.set(cid, kept)
    const options = { onProgress: () => undefined, signal: this.#abort.signal }
    this.#parts.upload(file, options).then(
      ({ blobId, type, size }) => {
        kept.picture = { cid, blobId, name: file.name, type, size }
        this.#parts.touch()
      },
      () => kept.state.set({ kind: 'failed' }),
    )
    return cid
  }

  /** How it is to be shown; one that is on the server is fetched when it is first asked for. */
  stateOf(cid: string): Value<PictureState> | undefined {
    const kept = this.#kept.get(cid)
    if (kept?.state.value.kind === 'waiting' && kept.picture !== undefined) this.#fetch(kept)
    return kept?.state
  }

  #fetch({ state, picture }: Kept): void {
    if (picture === undefined) return
    const { read, urls = URL } = this.#parts
    state.set({ kind: 'fetching' })
    read(picture.blobId, picture.type).then(
      (blob) =>
        state.set({
          kind: 'shown',
          url: urls.createObjectURL(new Blob([blob], { type: picture.type })),
        }),
      () => state.set({ kind: 'failed' }),
    )
  }

  /** Those of these that can be sent. */
  of(cids: ReadonlySet<string>): readonly InlinePicture[] {
    return [...this.#kept].flatMap(([cid, { picture }]) =>
      cids.has(cid) && picture !== undefined ? [picture] : [],
    )
  }

  isUploading(cids: ReadonlySet<string>): boolean {
    return this.#some(cids, ({ picture, state }) => {
      return picture === undefined && state.value.kind !== 'failed'
    })
  }

  hasFailed(cids: ReadonlySet<string>): boolean {
    return this.#some(cids, ({ picture, state }) => {
      return picture === undefined && state.value.kind === 'failed'
    })
  }

  #some(cids: ReadonlySet<string>, is: (kept: Kept) => boolean): boolean {
    return [...this.#kept].some(([cid, kept]) => cids.has(cid) && is(kept))
  }

  /** Nothing more is sent up, nothing is shown any more. */
  dispose(): void {
    this.#abort.abort()
    const { urls = URL } = this.#parts
    for (const { state } of this.#kept.values())
      if (state.value.kind === 'shown') urls.revokeObjectURL(state.value.url)
  }
}
