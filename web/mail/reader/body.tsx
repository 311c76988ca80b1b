/** The text of a message, formatted or plain, with what was withheld of it. */
import { useEffect, useMemo, useState, type ReactNode } from 'react'
import { Button } from '../../kit/controls/button.tsx'
import { Icon } from '../../kit/controls/icon.tsx'
import type { AccountStore } from '../../kit/jmap/account-store.ts'
import type { BodyPart, EmailContent } from '../../kit/jmap/types.ts'
import { useWords } from '../../kit/use-words.ts'
import { useApp } from '../app/context.ts'
import { HtmlBody } from './html-body.tsx'
import { filesOf, shownOf, textOf } from './model.ts'
import type { Cleaned } from './sanitize.ts'
import { TextBody } from './text-body.tsx'
import { readerWords } from './words.ts'

export interface MessageBodyProps {
  readonly store: AccountStore
  readonly content: EmailContent
  /** What is offered as files, below the text. */
  readonly renderFiles: (files: readonly BodyPart[]) => ReactNode
  /** The reader wants the plain text where there is one. */
  readonly wantsText?: boolean
}

export function MessageBody({ store, content, renderFiles, wantsText = false }: MessageBodyProps) {
  const [cleaned, setCleaned] = useState<Cleaned | 'unshowable'>()
  const [showsRemote, setShowsRemote] = useState(false)
  const say = useWords(readerWords)
  const pictures = usePictures(store, content)
  const isUnshowable = cleaned === 'unshowable'
  const shown = useMemo(
    () => shownOf(content, wantsText || isUnshowable),
    [content, wantsText, isUnshowable],
  )
  const html = shown.kind === 'html' && cleaned !== 'unshowable' ? cleaned : undefined
  const offered = filesOf(content, html?.cids ?? new Set())
  return (
    <>
      {html !== undefined && html.remoteCount > 0 && !showsRemote ? (
        <RemoteNotice html={html} onShow={() => setShowsRemote(true)} />
      ) : null}
      {isUnshowable ? <p className="notice">{say('tooLarge')}</p> : null}
      {shown.kind === 'html' && !isUnshowable ? (
        // What may be fetched is said by the frame's own policy: another frame, another policy.
        <HtmlBody
          key={String(showsRemote)}
          parts={shown.parts}
          showsRemote={showsRemote}
          pictures={pictures}
          onCleaned={setCleaned}
        />
      ) : null}
      {shown.kind === 'text' ? <TextBody text={shown.text} /> : null}
      {shown.kind === 'html' && isUnshowable ? (
        <TextBody text={shown.parts.map(textOf).join('\n')} />
      ) : null}
      {shown.kind === 'none' ? <p className="waiting-text no-body">{say('noBody')}</p> : null}
      {shown.kind !== 'none' && shown.isTruncated ? (
        <p className="notice">{say('truncated')}</p>
      ) : null}
      {renderFiles(offered)}
    </>
  )
}

function RemoteNotice({ html, onShow }: { html: Cleaned; onShow: () => void }) {
  const say = useWords(readerWords)
  return (
    <div className="notice">
      <Icon name="shield" />
      <p>
        {say('remote', { n: html.remoteCount })}{' '}
        {html.trackerCount > 0 ? say('trackers', { n: html.trackerCount }) : null}{' '}
        <span className="soft">{say('remoteHint')}</span>
      </p>
      <Button onClick={onShow}>{say('showRemote')}</Button>
    </div>
  )
}

/** Pictures that came with the message, as addresses only this page can read. */
function usePictures(store: AccountStore, content: EmailContent): ReadonlyMap<string, string> {
  const app = useApp()
  const [pictures, setPictures] = useState<ReadonlyMap<string, string>>(new Map())
  useEffect(() => {
    const parts = content.attachments.filter(
      ({ cid, blobId, type, size }) =>
        cid !== null && blobId !== null && pictureTypes.test(type) && size < pictureOctetsMax,
    )
    if (parts.length === 0) return undefined
    let isCurrent = true
    const urls: string[] = []
    const read = parts.slice(0, picturesMax).map(async ({ cid, blobId, type }) => {
      const blob = await app.client.readBlob(store.accountId, blobId ?? '', type)
      const url = URL.createObjectURL(new Blob([blob], { type }))
      urls.push(url)
      return [cid ?? '', url] as const
    })
    // A picture that cannot be read is missing; the text is shown all the same.
    void Promise.allSettled(read).then((results) => {
      const got = results.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
      if (isCurrent) setPictures(new Map(got))
    })
    return () => {
      isCurrent = false
      for (const url of urls) URL.revokeObjectURL(url)
    }
  }, [app, store, content])
  return pictures
}

/** SVG is a page with scripts: it is a file, never a picture. */
const pictureTypes = /^image\/(?:png|gif|jpe?g|webp|bmp|avif)$/i
const pictureOctetsMax = 20_000_000
const picturesMax = 60
