/**
 * A stranger's HTML made harmless: cleaned by DOMPurify, then stripped of whatever would ask somebody
 * else for anything. The frame it is shown in refuses both again, by its own policy (ADR 0032).
 */
import ours, { type Config } from 'dompurify'

export interface Cleaned {
  readonly bodies: readonly DocumentFragment[]
  /** Pictures that would be fetched from elsewhere. */
  readonly remoteCount: number
  /** Of these, those too small to be seen: they tell the sender that the message was opened. */
  readonly trackerCount: number
  /** Content ids of pictures that came with the message and are shown in it. */
  readonly cids: ReadonlySet<string>
}

export interface CleanOptions {
  /** Whether the reader asked for pictures from elsewhere. */
  readonly showsRemote: boolean
  /** Where a picture that came with the message can be had; undefined when it did not. */
  readonly pictureOf: (cid: string) => string | undefined
}

const config: Config = {
  RETURN_DOM_FRAGMENT: true,
  // Nothing but HTML: SVG and MathML are where mutations hide.
  USE_PROFILES: { html: true },
  ADD_ATTR: ['background', 'bgcolor', 'target'],
  FORBID_TAGS: [
    'form',
    'input',
    'button',
    'select',
    'option',
    'textarea',
    'dialog',
    'audio',
    'video',
    'source',
    'track',
    'map',
    'area',
    'picture',
    'link',
    'meta',
    'base',
    'template',
    'slot',
  ],
  FORBID_ATTR: [
    'id',
    'name',
    'srcset',
    'ping',
    'usemap',
    'popover',
    'popovertarget',
    'tabindex',
    'accesskey',
    'contenteditable',
    'autofocus',
  ],
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  // Asked of every attribute's value: a scheme is one of these, or it is none.
  ALLOWED_URI_REGEXP: /^(?:(?:https?|mailto|tel|cid|data|sip):|[^a-z]|[a-z+.-]+(?:[^a-z+.\-:]|$))/i,
}

/**
 * Elements of one message. A long report has some thousands; what has more is a weapon or a mistake, and
 * is known as such before anything reads it.
 */
export const elementsMax = 15_000
/** The look of one message. */
const styleCharactersMax = 400_000

/** Not to be shown as its sender laid it out: its words are shown instead. */
export class Unshowable extends Error {}

/**
 * @param parts each cleaned alone: nothing that one leaves open swallows the next
 * @param place the window whose documents read it: of the frame it is shown in, where styles are allowed
 */
export function clean(
  parts: readonly string[],
  options: CleanOptions,
  place: Window & typeof globalThis = window,
): Cleaned {
  if (countTags(parts) > elementsMax) throw new Unshowable()
  const purifier = place === window ? ours : ours(place)
  const counts = { remote: 0, trackers: 0, cids: new Set<string>() }
  const bodies = parts.map((html) => {
    const body = purifier.sanitize(html, config) as unknown as DocumentFragment | null
    // A page of frames has no body.
    if (body === null || !purifier.isSupported) throw new Unshowable()
    for (const element of body.querySelectorAll<HTMLElement>('*'))
      cleanElement(element, options, counts)
    return body
  })
  return { bodies, remoteCount: counts.remote, trackerCount: counts.trackers, cids: counts.cids }
}

function countTags(parts: readonly string[]): number {
  let count = 0
  for (const html of parts)
    for (let at = html.indexOf('<'); at !== -1; at = html.indexOf('<', at + 1)) count++
  return count
}

interface Counts {
  remote: number
  trackers: number
  readonly cids: Set<string>
}

function cleanElement(element: HTMLElement, options: CleanOptions, counts: Counts): void {
  const name = element.localName
  if (name === 'style') {
    element.textContent = cleanStyle(
      element.textContent.slice(0, styleCharactersMax),
      options,
      counts,
    )
    return
  }
  const style = element.getAttribute('style')
  if (style !== null) element.setAttribute('style', cleanStyle(style, options, counts))
  if (element.hasAttribute('background')) {
    const url = element.getAttribute('background') ?? ''
    const kept = keepPicture(url, options, counts)
    if (kept === undefined) element.removeAttribute('background')
    else element.setAttribute('background', kept)
  }
  // By name: another window's elements are no instances of ours.
  if (name === 'img') cleanPicture(element as HTMLImageElement, options, counts)
  if (name === 'a') cleanLink(element as HTMLAnchorElement)
}

/** Out of the mail, to a place that has a name of its own. */
function cleanLink(link: HTMLAnchorElement): void {
  const url = link.getAttribute('href')?.trim() ?? ''
  if (!/^(?:https?|mailto|tel|sip):/i.test(url)) return link.removeAttribute('href')
  link.setAttribute('href', url)
  link.setAttribute('target', '_blank')
  link.setAttribute('rel', 'noopener noreferrer nofollow')
  link.title = url
}

function cleanPicture(image: HTMLImageElement, options: CleanOptions, counts: Counts): void {
  const url = image.getAttribute('src') ?? ''
  const isRemote = /^https?:/i.test(url)
  if (isRemote && isTracker(image)) counts.trackers++
  const kept = keepPicture(url, options, counts)
  image.loading = 'lazy'
  image.referrerPolicy = 'no-referrer'
  if (kept === undefined) image.removeAttribute('src')
  else image.setAttribute('src', kept)
}

/** Nobody looks at a picture of one point. */
function isTracker(image: HTMLImageElement): boolean {
  const small = (value: string | null) => value !== null && /^\s*[0-3](?:px)?\s*$/.test(value)
  const style = image.getAttribute('style') ?? ''
  return (
    small(image.getAttribute('width')) ||
    small(image.getAttribute('height')) ||
    /(?:^|;)\s*(?:max-)?(?:width|height)\s*:\s*[0-3]px/i.test(style) ||
    /display\s*:\s*none|visibility\s*:\s*hidden|opacity\s*:\s*0(?:\.0*)?(?:;|$)/i.test(style)
  )
}

/** Where the picture is fetched from, undefined where it is not. */
function keepPicture(url: string, options: CleanOptions, counts: Counts): string | undefined {
  const trimmed = url.trim()
  if (/^cid:/i.test(trimmed)) {
    const cid = decodeCid(trimmed.slice(4))
    const picture = options.pictureOf(cid)
    if (picture !== undefined) counts.cids.add(cid)
    return picture
  }
  if (/^data:image\/(?:png|gif|jpe?g|webp|bmp|avif)[;,]/i.test(trimmed)) return trimmed
  if (!/^https?:/i.test(trimmed)) return undefined
  counts.remote++
  // A fetch in clear would tell the network too: it is asked for in TLS or not at all.
  return options.showsRemote ? trimmed.replace(/^http:/i, 'https:') : undefined
}

function decodeCid(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** No look is fetched, and nothing of it reaches for what is around it. */
function cleanStyle(css: string, options: CleanOptions, counts: Counts): string {
  return css
    .replaceAll(/\\(?:([\da-f]{1,6})\s?|([g-z]))/gi, unescapeLetter)
    .replaceAll(
      /@(?:import|namespace|charset|font-face)\b[^;{}]{0,2000}(?:;|\{[^{}]{0,4000}\}|$)?/gi,
      '',
    )
    .replaceAll(
      /(?:url|src|image-set|-webkit-image-set|image|cross-fade)\s*\(\s*(?:"([^"]*)"|'([^']*)'|([^)]*))[^)]*\)?/gi,
      (_, double?: string, single?: string, bare?: string) => {
        const kept = keepPicture(double ?? single ?? bare ?? '', options, counts)
        return kept === undefined
          ? 'none'
          : `url("${kept.replaceAll(/["\\\n]/g, encodeURIComponent)}")`
      },
    )
    .replaceAll(/\bposition\s*:\s*(?:fixed|sticky)/gi, 'position: static')
}

/** A letter written as its number is the letter: `u\\72l(` fetches too. */
function unescapeLetter(whole: string, hex?: string, letter?: string): string {
  if (letter !== undefined) return letter
  const character = String.fromCodePoint(Math.min(Number.parseInt(hex ?? '0', 16), 0x10_ff_ff))
  return /[a-z\d-]/i.test(character) ? character : whole
}
