/** A message as it came: every header field, every octet that is text. */
import { useEffect, useState } from 'react'
import { Dialog } from '../../kit/controls/dialog.tsx'
import type { AccountStore } from '../../kit/jmap/account-store.ts'
import type { EmailContent } from '../../kit/jmap/types.ts'
import { useWords } from '../../kit/use-words.ts'
import { useApp } from '../app/context.ts'
import { decodeText, previewCharactersMax } from './preview-kind.ts'
import { readerWords } from './words.ts'

export interface SourceProps {
  readonly store: AccountStore
  readonly content: EmailContent
  readonly onClose: () => void
}

export function Source({ store, content, onClose }: SourceProps) {
  const app = useApp()
  const say = useWords(readerWords)
  const [text, setText] = useState<string>()
  const [hasFailed, setFailed] = useState(false)
  useEffect(() => {
    let isCurrent = true
    app.client
      .readBlob(store.accountId, content.blobId, 'message/rfc822')
      .then((blob) => blob.arrayBuffer())
      .then(
        (octets) => isCurrent && setText(decodeText(octets, null)),
        () => isCurrent && setFailed(true),
      )
    return () => {
      isCurrent = false
    }
  }, [app, store, content])
  const url = app.client.downloadUrl(
    store.accountId,
    content.blobId,
    'message.eml',
    'message/rfc822',
  )
  return (
    <Dialog title={say('sourceTitle')} closeLabel={say('close')} isWide onClose={onClose}>
      {app.isOffline ? null : (
        <p>
          <a href={url} download="message.eml">
            {say('download', { name: 'message.eml' })}
          </a>
        </p>
      )}
      {hasFailed ? <p role="alert">{say('failed')}</p> : null}
      {text === undefined && !hasFailed ? <p>{say('loading')}</p> : null}
      {text === undefined ? null : (
        <>
          {text.length > previewCharactersMax ? (
            <p className="notice">{say('previewLong')}</p>
          ) : null}
          <pre className="preview-text">{text.slice(0, previewCharactersMax)}</pre>
        </>
      )}
    </Dialog>
  )
}
