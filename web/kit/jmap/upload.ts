/** Uploading a file, with word of how far it is. RFC 8620 §6.1. */
import { RequestError } from './transport.ts'

export interface Uploaded {
  readonly blobId: string
  readonly type: string
  readonly size: number
}

/** `fetch` does not tell how much has left, so this is the browser's older way. */
export function upload(
  url: string,
  file: Blob,
  options: { readonly onProgress: (share: number) => void; readonly signal: AbortSignal },
): Promise<Uploaded> {
  const { promise, resolve, reject } = Promise.withResolvers<Uploaded>()
  const request = new XMLHttpRequest()
  request.open('POST', url)
  request.responseType = 'json'
  request.setRequestHeader('x-tamar-request', '1')
  request.setRequestHeader('content-type', file.type || 'application/octet-stream')
  request.upload.addEventListener('progress', ({ loaded, total }) =>
    options.onProgress(total === 0 ? 1 : loaded / total),
  )
  request.addEventListener('load', () => {
    if (request.status === 201) resolve(request.response as Uploaded)
    else reject(new RequestError(request.status))
  })
  request.addEventListener('error', () => reject(new RequestError(0)))
  request.addEventListener('abort', () => reject(new RequestError(0)))
  options.signal.addEventListener('abort', () => request.abort())
  request.send(file)
  return promise
}
