/** Which rows of a long list are drawn: plain arithmetic on equal heights. */

export interface Viewport {
  readonly scrollTop: number
  readonly height: number
  readonly rowHeight: number
  readonly count: number
}

/** Rows drawn beyond the edge, so that a fast scroll meets rows and not paper. */
export const overscanRows = 12

/** The tallest element browsers lay out exactly; beyond it the scroll is stretched. */
export const heightMax = 8_000_000

/** First and last row to draw; `last` < `first` when there are none. */
export function rowsInSight(view: Viewport): { readonly first: number; readonly last: number } {
  const { height, rowHeight, count } = view
  const top = positionOf(view) / rowHeight
  const first = Math.max(0, Math.floor(top) - overscanRows)
  const last = Math.min(count - 1, Math.ceil(top + height / rowHeight) + overscanRows)
  return { first, last }
}

/** The height of all rows together, as far as it can be laid out. */
export function heightOf({ rowHeight, count }: Pick<Viewport, 'rowHeight' | 'count'>): number {
  return Math.min(heightMax, rowHeight * count)
}

/** Where in the list, were it laid out whole, the top edge stands. */
export function positionOf(view: Viewport): number {
  const { scrollTop, height, rowHeight, count } = view
  const whole = rowHeight * count
  const laidOut = heightOf(view)
  if (whole === laidOut || laidOut <= height) return scrollTop
  return (scrollTop / (laidOut - height)) * (whole - height)
}

/** Where to scroll so that the row is in sight; undefined when it is. */
export function scrollToShow(view: Viewport, row: number): number | undefined {
  const { height, rowHeight, count } = view
  const top = positionOf(view)
  const from = row * rowHeight
  const wanted =
    from < top ? from : from + rowHeight > top + height ? from + rowHeight - height : top
  if (wanted === top) return undefined
  const whole = rowHeight * count
  const laidOut = heightOf(view)
  if (whole === laidOut) return wanted
  return (wanted / (whole - height)) * (laidOut - height)
}
