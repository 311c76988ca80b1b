/**
 * A window in which HTML of strangers is read and nothing of it acts: the frame of ADR 0032, out of sight. The page's own
 * policy would refuse each style that is read, and say so.
 */

export type Room = Window & typeof globalThis

const loadMsMax = 10_000

let opened: Promise<Room> | undefined

/** One for the page; it stays. */
export function openRoom(): Promise<Room> {
  opened ??= open().catch((error: unknown) => {
    opened = undefined
    throw error
  })
  return opened
}

async function open(): Promise<Room> {
  const frame = document.createElement('iframe')
  frame.hidden = true
  frame.title = ''
  frame.setAttribute('sandbox', 'allow-same-origin')
  frame.src = '/mail/message-frame'
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const timer = setTimeout(() => reject(new Error('the frame does not load')), loadMsMax)
  frame.addEventListener('load', () => resolve())
  document.body.append(frame)
  try {
    await promise
    const room = frame.contentWindow
    // Of another origin is what a browser shows in place of what it could not load.
    if (room?.document.URL !== frame.src) throw new Error('the frame did not load')
    // A window has its globals, whatever its type says.
    return room as Room
  } catch (error) {
    frame.remove()
    throw error
  } finally {
    clearTimeout(timer)
  }
}
