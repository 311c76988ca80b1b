/**
 * HTML of a stranger, in a frame of its own: no script runs there by two means (sandbox and policy), no
 * picture is fetched from elsewhere but where the reader asked. What is put in is cleaned before.
 */
import { useEffect, useRef, useState } from 'react'
import { useWords } from '../../kit/use-words.ts'
import type { Cleaned } from './sanitize.ts'
import { readerWords } from './words.ts'

/** A taller message scrolls in its frame. */
const heightMax = 30_000

export interface HtmlBodyProps {
  readonly cleaned: Cleaned
  readonly showsRemote: boolean
}

export function HtmlBody({ cleaned, showsRemote }: HtmlBodyProps) {
  const say = useWords(readerWords)
  const frame = useRef<HTMLIFrameElement>(null)
  const [target, setTarget] = useState('')
  const [isLoaded, setLoaded] = useState(false)
  useEffect(() => {
    const { current } = frame
    const page = current?.contentDocument ?? undefined
    if (!isLoaded || current === null || page === undefined) return undefined
    page.body.replaceChildren(page.importNode(cleaned.body, true))
    const fit = () => {
      current.style.height = `${Math.min(heightMax, page.documentElement.offsetHeight)}px`
    }
    fit()
    const observer = new ResizeObserver(fit)
    observer.observe(page.documentElement)
    return () => observer.disconnect()
  }, [cleaned, isLoaded])
  useEffect(() => {
    const page = frame.current?.contentDocument ?? undefined
    if (!isLoaded || page === undefined) return undefined
    return listenInside(page, setTarget)
  }, [isLoaded])
  return (
    <div className="html-body">
      <iframe
        ref={frame}
        // What may be fetched is said by the page's own policy: another page, another policy.
        key={String(showsRemote)}
        src={showsRemote ? '/mail/message-frame/pictures' : '/mail/message-frame'}
        sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox"
        referrerPolicy="no-referrer"
        title={say('messageBody')}
        onLoad={() => setLoaded(true)}
      />
      <p className="link-target" aria-live="off">
        {target === '' ? '' : say('linkTo', { url: target })}
      </p>
    </div>
  )
}

/** Where a link leads is shown; the mail's shortcuts work wherever the focus is. */
function listenInside(page: Document, show: (url: string) => void): () => void {
  const stop = new AbortController()
  const { signal } = stop
  const linkOf = (event: Event) => {
    const element = event.target as Element | null
    return element?.closest?.('a[href]')?.getAttribute('href') ?? ''
  }
  page.addEventListener('mouseover', (event) => show(linkOf(event)), { signal })
  page.addEventListener('mouseleave', () => show(''), { signal })
  page.addEventListener('focusin', (event) => show(linkOf(event)), { signal })
  page.addEventListener('focusout', () => show(''), { signal })
  page.addEventListener(
    'keydown',
    ({ key, code, ctrlKey, metaKey, altKey, shiftKey }) => {
      const said = { key, code, ctrlKey, metaKey, altKey, shiftKey, bubbles: true }
      window.dispatchEvent(new KeyboardEvent('keydown', said))
    },
    { signal },
  )
  return () => stop.abort()
}
