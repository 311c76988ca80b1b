/** What was attached: kept, or looked at without leaving the page. */
import { useState } from 'react'
import { Button } from '../../kit/controls/button.tsx'
import { Icon } from '../../kit/controls/icon.tsx'
import type { AccountStore } from '../../kit/jmap/account-store.ts'
import type { BodyPart } from '../../kit/jmap/types.ts'
import { useWords } from '../../kit/use-words.ts'
import { useApp } from '../app/context.ts'
import type { MailApp } from '../app/model.ts'
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
  const blob = await app.client.readBlob(store.accountId, file.blobId ?? '', file.type)
  const url = URL.createObjectURL(new Blob([blob], { type: 'application/pdf' }))
  open(url, '_blank', 'noopener')
  setTimeout(() => URL.revokeObjectURL(url), pdfKeptMs)
}

/** By then the viewer has read it. */
const pdfKeptMs = 60_000
