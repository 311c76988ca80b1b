/**
 * A long list of rows of one height. Focus stays on the list itself and an active row is named, so that
 * no row that scrolls away takes the focus with it (WAI-ARIA grid, `aria-activedescendant`).
 */
import {
  memo,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
  type ComponentProps,
  type ReactNode,
  type Ref,
} from 'react'
import { heightOf, positionOf, rowsInSight, scrollToShow } from '../window-of-rows.ts'

export interface VirtualRowsProps extends Omit<ComponentProps<'div'>, 'children' | 'ref'> {
  readonly count: number
  /** The token that names the height, so that rows grow with the reader's text. */
  readonly rowHeightToken: string
  readonly onSight: (first: number, last: number) => void
  readonly children: (index: number) => ReactNode
  /** The row the keyboard is at: named while it is drawn, for an id nobody has is no name. */
  readonly active?: { readonly index: number; readonly id: string } | undefined
  readonly handle?: Ref<VirtualRowsHandle>
}

export interface VirtualRowsHandle {
  readonly show: (row: number) => void
  readonly focus: () => void
  readonly rowsOfPage: () => number
}

export function VirtualRows(props: VirtualRowsProps) {
  const { count, rowHeightToken, onSight, children, handle, active, tabIndex = 0, ...rest } = props
  const box = useRef<HTMLDivElement>(null)
  const [view, setView] = useState({ scrollTop: 0, height: 0, rowHeight: 76 })
  useLayoutEffect(() => {
    const { current } = box
    if (current === null) return undefined
    const measure = () => {
      const rowHeight = heightOfToken(current, rowHeightToken)
      const { scrollTop, clientHeight: height } = current
      setView((old) =>
        old.scrollTop === scrollTop && old.height === height && old.rowHeight === rowHeight
          ? old
          : { scrollTop, height, rowHeight },
      )
    }
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(current)
    current.addEventListener('scroll', measure, { passive: true })
    const attributes = new MutationObserver(measure)
    attributes.observe(document.documentElement, { attributeFilter: ['data-density'] })
    return () => {
      observer.disconnect()
      attributes.disconnect()
      current.removeEventListener('scroll', measure)
    }
  }, [rowHeightToken])
  const viewport = { ...view, count }
  const { first, last } = rowsInSight(viewport)
  useEffect(() => onSight(first, last), [onSight, first, last, count])
  useImperativeHandle(handle, () => ({
    show: (row) => {
      const { current } = box
      if (current === null) return
      const now = { ...viewport, scrollTop: current.scrollTop, height: current.clientHeight }
      const top = scrollToShow(now, row)
      if (top !== undefined) current.scrollTop = top
    },
    focus: () => box.current?.focus({ preventScroll: true }),
    rowsOfPage: () => Math.max(1, Math.floor(view.height / view.rowHeight) - 1),
  }))
  const offset = view.scrollTop - positionOf(viewport)
  const rows: ReactNode[] = []
  for (let index = first; index <= last; index++) {
    const style = {
      height: view.rowHeight,
      transform: `translateY(${index * view.rowHeight + offset}px)`,
    }
    rows.push(
      <div key={index} role="presentation" className="virtual-row" style={style}>
        <Drawn index={index} draw={children} />
      </div>,
    )
  }
  const isDrawn = active !== undefined && active.index >= first && active.index <= last
  return (
    <div
      ref={box}
      tabIndex={tabIndex}
      aria-activedescendant={isDrawn ? active.id : undefined}
      {...rest}
    >
      <div role="presentation" className="virtual-space" style={{ height: heightOf(viewport) }}>
        {rows}
      </div>
    </div>
  )
}

function heightOfToken(element: HTMLElement, token: string): number {
  const text = getComputedStyle(element).getPropertyValue(token).trim()
  const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize)
  const number = Number.parseFloat(text)
  return Math.round(text.endsWith('rem') ? number * rem : number)
}

/** While it is only scrolled the rows in sight are what they were: those that come into it are drawn alone. */
const Drawn = memo(function Drawn({ index, draw }: DrawnProps) {
  return draw(index)
})

interface DrawnProps {
  readonly index: number
  readonly draw: (index: number) => ReactNode
}
