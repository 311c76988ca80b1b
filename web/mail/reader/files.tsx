/** What was attached: kept, or looked at without leaving the page. */
import { useState } from 'react'
import { Button } from '../../kit/controls/button.tsx'
import { Icon } from '../../kit/controls/icon.tsx'
import type { AccountStore } from '../../kit/jmap/account-store.ts'
import type { BodyPart } from '../../kit/jmap/types.ts'
import { RequestError } from '../../kit/jmap/transport.ts'
import { useWords } from '../../kit/use-words.ts'
import { sayer } from '../../kit/words.ts'
import { useApp } from '../app/context.ts'
import type { MailApp } from '../app/model.ts'
import { offlineWords } from '../offline/words.ts'
import { formatSize } from './model.ts'
import { previewKind } from './preview-kind.ts'
import { Preview } from './preview.tsx'
import { readerWords } from './words.ts'

export function Files({ store, files }: { store: AccountStore; files: readonly BodyPart[] }) {
  const app = useApp()
  const say = useWords(readerWords)
  const [shown, setShown] = useState<BodyPart>()
  if (files.length === 0) return null
  const look = (file: BodyPart) =>
    previewKind(file) === 'pdf' ? void openPdf(app, store, file) : setShown(file)
  return (
    <section className="files" aria-label={say('attachments', { n: files.length })}>
      <ul>
        {files.map((file, at) => {
          const name = file.name ?? say('unnamed')
          const url = app.client.downloadUrl(store.accountId, file.blobId ?? '', name, file.type)
          return (
            <li key={at} className="file">
              {previewKind(file) === undefined ? (
                <FileName name={name} size={file.size} />
              ) : (
                <Button kind="quiet" onClick={() => look(file)}>
                  <span className="visually-hidden">{say('preview')}</span>
                  <FileName name={name} size={file.size} />
                </Button>
              )}
              <a
                className="button quiet icon"
                href={url}
                download={name}
                aria-label={say('download', { name })}
                title={say('download', { name })}
                onClick={(event) => {
                  if (!app.isOffline) return
                  event.preventDefault()
                  void saveKept(app, store, file, name)
                }}
              >
                <Icon name="download" />
              </a>
            </li>
          )
        })}
      </ul>
      {shown === undefined ? null : (
        <Preview
          store={store}
          file={shown}
          renderFiles={(inner) => <Files store={store} files={inner} />}
          onClose={() => setShown(undefined)}
        />
      )}
    </section>
  )
}

function FileName({ name, size }: { name: string; size: number }) {
  return (
    <>
      <Icon name="attachment" />
      <span className="name">{name}</span>
      <span className="size">{formatSize(size)}</span>
    </>
  )
}

/** The browser's own viewer, in a tab of its own that knows nothing of this page. */
async function openPdf(app: MailApp, store: AccountStore, file: BodyPart): Promise<void> {
  const blob = await readFile(app, store, file)
  if (blob === undefined) return
  const url = URL.createObjectURL(new Blob([blob], { type: 'application/pdf' }))
  open(url, '_blank', 'noopener')
  setTimeout(() => URL.revokeObjectURL(url), urlKeptMs)
}

/** Without a network the browser itself would ask nobody. */
async function saveKept(app: MailApp, store: AccountStore, file: BodyPart, name: string) {
  const blob = await readFile(app, store, file)
  if (blob === undefined) return
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([blob], { type: 'application/octet-stream' }))
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), urlKeptMs)
}

/** Where it cannot be read that is said. */
async function readFile(
  app: MailApp,
  { accountId }: AccountStore,
  { blobId, type }: BodyPart,
): Promise<Blob | undefined> {
  try {
    return await app.client.readBlob(accountId, blobId ?? '', type)
  } catch (error) {
    if (!(error instanceof RequestError)) throw error
    const text = app.isOffline ? sayer(offlineWords)('noFile') : sayer(readerWords)('previewFailed')
    app.toasts.show({ kind: 'fault', text })
    return undefined
  }
}

/** By then it was read. */
const urlKeptMs = 60_000
