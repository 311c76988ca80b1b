/** An attachment, shown over the page. */
import { useEffect, useState, type ReactNode } from 'react'
import { Dialog } from '../../kit/controls/dialog.tsx'
import type { AccountStore } from '../../kit/jmap/account-store.ts'
import type { BodyPart, EmailContent } from '../../kit/jmap/types.ts'
import { useWords } from '../../kit/use-words.ts'
import { useApp } from '../app/context.ts'
import type { MailApp } from '../app/model.ts'
import { messageWords } from '../messages/words.ts'
import { MessageBody } from './body.tsx'
import { MessagePeople } from './people.tsx'
import { decodeText, previewCharactersMax, previewKind } from './preview-kind.ts'
import { parseMessage } from './model.ts'
import { readerWords } from './words.ts'

export interface PreviewProps {
  readonly store: AccountStore
  readonly file: BodyPart
  readonly onClose: () => void
  /** Files of a message that is itself a file. */
  readonly renderFiles: (files: readonly BodyPart[]) => ReactNode
}

type Shown =
  | { readonly kind: 'loading' | 'failed' }
  | { readonly kind: 'image'; readonly url: string }
  | { readonly kind: 'text'; readonly text: string; readonly isCut: boolean }
  | { readonly kind: 'message'; readonly content: EmailContent }

export function Preview({ store, file, onClose, renderFiles }: PreviewProps) {
  const app = useApp()
  const say = useWords(readerWords)
  const sayRow = useWords(messageWords)
  const [shown, setShown] = useState<Shown>({ kind: 'loading' })
  useEffect(() => {
    let isCurrent = true
    let url: string | undefined
    read(app, store, file).then(
      (result) => {
        if (result.kind === 'image') url = result.url
        if (isCurrent) setShown(result)
        else if (url !== undefined) URL.revokeObjectURL(url)
      },
      () => isCurrent && setShown({ kind: 'failed' }),
    )
    return () => {
      isCurrent = false
      if (url !== undefined) URL.revokeObjectURL(url)
    }
  }, [app, store, file])
  return (
    <Dialog title={file.name ?? say('preview')} closeLabel={say('close')} isWide onClose={onClose}>
      {shown.kind === 'loading' ? <p>{say('loading')}</p> : null}
      {shown.kind === 'failed' ? <p role="alert">{say('previewFailed')}</p> : null}
      {shown.kind === 'image' ? (
        <img className="preview-image" src={shown.url} alt={file.name ?? say('preview')} />
      ) : null}
      {shown.kind === 'text' ? (
        <>
          {shown.isCut ? <p className="notice">{say('previewLong')}</p> : null}
          <pre className="preview-text">{shown.text}</pre>
        </>
      ) : null}
      {shown.kind === 'message' ? (
        <>
          <h3>{shown.content.subject ?? sayRow('noSubject')}</h3>
          <MessagePeople content={shown.content} />
          <MessageBody store={store} content={shown.content} renderFiles={renderFiles} />
        </>
      ) : null}
    </Dialog>
  )
}

async function read(app: MailApp, store: AccountStore, file: BodyPart): Promise<Shown> {
  const kind = previewKind(file)
  const blobId = file.blobId ?? ''
  if (kind === 'message') return { kind, content: await parseMessage(store, blobId) }
  const blob = await app.client.readBlob(store.accountId, blobId, file.type)
  if (kind === 'image')
    return { kind, url: URL.createObjectURL(new Blob([blob], { type: file.type })) }
  const text = decodeText(await blob.arrayBuffer(), file.charset)
  const isCut = text.length > previewCharactersMax
  return { kind: 'text', text: text.slice(0, previewCharactersMax), isCut }
}
