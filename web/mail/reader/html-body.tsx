/**
 * HTML of a stranger, in a frame of its own: no script runs there by two means (sandbox and policy), no
 * picture is fetched from elsewhere but where the reader asked. What is put in is cleaned before.
 */
import { useEffect, useRef, useState } from 'react'
import { Button } from '../../kit/controls/button.tsx'
import { Dialog } from '../../kit/controls/dialog.tsx'
import { useWords } from '../../kit/use-words.ts'
import { clean, Unshowable, type Cleaned } from './sanitize.ts'
import { isMisleading } from './link.ts'
import { readerWords } from './words.ts'

/** A taller message scrolls in its frame. */
const heightMax = 30_000

export interface HtmlBodyProps {
  readonly parts: readonly string[]
  readonly showsRemote: boolean
  /** Pictures that came with the message, by content id. */
  readonly pictures: ReadonlyMap<string, string>
  readonly onCleaned: (cleaned: Cleaned | 'unshowable') => void
}

export function HtmlBody({ parts, showsRemote, pictures, onCleaned }: HtmlBodyProps) {
  const say = useWords(readerWords)
  const frame = useRef<HTMLIFrameElement>(null)
  const [target, setTarget] = useState('')
  const [isLoaded, setLoaded] = useState(false)
  const [doubtful, setDoubtful] = useState<Doubtful>()
  useEffect(() => {
    const { current } = frame
    const place = current?.contentWindow ?? undefined
    if (!isLoaded || current === null || place === undefined) return undefined
    // A window has its globals, whatever its type says.
    const cleaned = tryClean(parts, showsRemote, pictures, place as Window & typeof globalThis)
    onCleaned(cleaned)
    if (cleaned === 'unshowable') return undefined
    const page = place.document
    page.body.replaceChildren(
      ...cleaned.bodies.map((body) => {
        const part = page.createElement('div')
        part.append(page.importNode(body, true))
        return part
      }),
    )
    const fit = () => {
      current.style.height = `${Math.min(heightMax, page.documentElement.offsetHeight)}px`
    }
    fit()
    const observer = new ResizeObserver(fit)
    observer.observe(page.documentElement)
    return () => observer.disconnect()
  }, [parts, showsRemote, pictures, onCleaned, isLoaded])
  useEffect(() => {
    const page = frame.current?.contentDocument ?? undefined
    if (!isLoaded || page === undefined) return undefined
    return listenInside(page, setTarget, setDoubtful)
  }, [isLoaded])
  return (
    <div className="html-body">
      <iframe
        ref={frame}
        src={showsRemote ? '/mail/message-frame/pictures' : '/mail/message-frame'}
        sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox"
        referrerPolicy="no-referrer"
        title={say('messageBody')}
        onLoad={() => setLoaded(true)}
      />
      <p className="link-target" aria-live="off">
        {target === '' ? '' : say('linkTo', { url: target })}
      </p>
      {doubtful === undefined ? null : (
        <LinkQuestion doubtful={doubtful} onClose={() => setDoubtful(undefined)} />
      )}
    </div>
  )
}

function tryClean(
  parts: readonly string[],
  showsRemote: boolean,
  pictures: ReadonlyMap<string, string>,
  place: Window & typeof globalThis,
): Cleaned | 'unshowable' {
  try {
    return clean(parts, { showsRemote, pictureOf: (cid) => pictures.get(cid) }, place)
  } catch (error) {
    // Whatever went wrong: what is not clean is not shown as HTML.
    if (!(error instanceof Unshowable)) reportError(error)
    return 'unshowable'
  }
}

/** A link that shows one address and leads to another. */
interface Doubtful {
  readonly said: string
  readonly url: string
}

function LinkQuestion({ doubtful, onClose }: { doubtful: Doubtful; onClose: () => void }) {
  const say = useWords(readerWords)
  return (
    <Dialog title={say('linkTitle')} closeLabel={say('close')} onClose={onClose}>
      <p>{say('misleading', { said: doubtful.said, url: doubtful.url })}</p>
      <div className="dialog-buttons">
        <Button kind="primary" onClick={onClose}>
          {say('cancel')}
        </Button>
        <Button
          onClick={() => {
            onClose()
            open(doubtful.url, '_blank', 'noopener,noreferrer')
          }}
        >
          {say('openLink')}
        </Button>
      </div>
    </Dialog>
  )
}

/** Where a link leads is shown; the mail's shortcuts work wherever the focus is. */
function listenInside(
  page: Document,
  show: (url: string) => void,
  doubt: (link: Doubtful) => void,
): () => void {
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
  const question = (event: Event) => {
    const link = (event.target as Element | null)?.closest?.('a[href]')
    const url = link?.getAttribute('href') ?? ''
    const said = link?.textContent?.trim() ?? ''
    if (!isMisleading(said, url)) return
    event.preventDefault()
    doubt({ said, url })
  }
  page.addEventListener('click', question, { signal })
  page.addEventListener('auxclick', question, { signal })
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
