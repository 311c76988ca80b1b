/**
 * The thread that reads PDF files (ISO 32000): nothing of the platform is in it but the octets of one file at a
 * time. It has no network, draws nothing, runs no script of a document, and takes of the disk only the tables of
 * Chinese, Japanese and Korean encodings that come with the library.
 */
import { fileURLToPath } from 'node:url'
import { parentPort } from 'node:worker_threads'
import { getDocument, type PDFDocumentProxy, type PDFPageProxy } from 'pdfjs-dist'
import type { FromThread, ToThread } from './protocol.ts'

for (const way of ['fetch', 'WebSocket', 'EventSource', 'XMLHttpRequest'])
  Reflect.deleteProperty(globalThis, way)

const encodings = fileURLToPath(new URL('../cmaps/', import.meta.resolve('pdfjs-dist')))

const port = parentPort
if (port === null) throw new Error('a thread of its own is wanted')
const say = (message: FromThread): void => port.postMessage(message)

port.on('message', (asked: ToThread) => {
  void read(asked).then(
    (isWhole) => say({ kind: 'end', state: isWhole ? 'whole' : 'part' }),
    // What was read until then was said.
    (error: unknown) => say({ kind: 'end', state: isLock(error) ? 'locked' : 'part' }),
  )
})
say({ kind: 'ready' })

/** No password was right, the empty one neither; who may print and copy does not matter here. */
function isLock(error: unknown): boolean {
  return error instanceof Error && error.name === 'PasswordException'
}

/** @returns false where words are left that were not read. */
async function read({ octets, charactersMax, pagesMax }: ToThread): Promise<boolean> {
  const task = getDocument({
    data: octets,
    verbosity: 0,
    cMapUrl: encodings,
    cMapPacked: true,
    disableFontFace: true,
    useSystemFonts: false,
    useWorkerFetch: false,
    useWasm: false,
    enableXfa: false,
    isOffscreenCanvasSupported: false,
    isImageDecoderSupported: false,
  })
  try {
    const document = await task.promise
    let left = charactersMax
    const add = (text: string): void => {
      const cut = text.slice(0, left)
      left -= cut.length
      if (cut !== '') say({ kind: 'words', text: cut })
    }
    add(await titleOf(document))
    let isWhole = true
    for (let number = 1; number <= Math.min(document.numPages, pagesMax); number++) {
      if (left <= 0) return false
      isWhole = (await readPage(document, number, add)) && isWhole
    }
    return isWhole && left > 0 && document.numPages <= pagesMax
  } finally {
    await task.destroy()
  }
}

async function titleOf(document: PDFDocumentProxy): Promise<string> {
  const { info } = await document.getMetadata()
  const { Title: title } = info as { readonly Title?: unknown }
  return typeof title === 'string' && title !== '' ? `${title}\n` : ''
}

/** @returns false when the page is broken: the others may still be read. */
async function readPage(
  document: PDFDocumentProxy,
  number: number,
  add: (text: string) => void,
): Promise<boolean> {
  try {
    const page = await document.getPage(number)
    add(await textOf(page))
    add(await fieldsOf(page))
    add('\f')
    page.cleanup()
    return true
  } catch {
    return false
  }
}

async function textOf(page: PDFPageProxy): Promise<string> {
  const { items } = await page.getTextContent()
  const pieces = items.map((item) => ('str' in item ? item.str + (item.hasEOL ? '\n' : '') : ''))
  return `${pieces.join('')}\n`
}

/** What was filled into a form, and notes on the page: neither stands in its text. */
async function fieldsOf(page: PDFPageProxy): Promise<string> {
  const annotations: readonly Annotation[] = await page.getAnnotations()
  return annotations
    .flatMap(({ fieldValue, contentsObj }) => [fieldValue, contentsObj?.str])
    .flat()
    .filter((value) => typeof value === 'string' && value !== '')
    .map((value) => `${String(value)}\n`)
    .join('')
}

interface Annotation {
  readonly fieldValue?: unknown
  readonly contentsObj?: { readonly str?: unknown }
}
