/** Pictograms as paths on a 24 × 24 sheet; drawn, not fetched. Always beside or instead of words that say the same. */

const paths = {
  inbox: 'M4 13 6.5 5h11L20 13v6H4zM4 13h5l1 2.5h4l1-2.5h5',
  archive: 'M4 5h16v4H4zM5.5 9v10h13V9M10 13h4',
  trash: 'M5 7h14M10 7V4.5h4V7M7 7l.8 12.5h8.4L17 7M10.3 10.5v6M13.7 10.5v6',
  junk: 'M8.3 3.5h7.4l4.8 4.8v7.4l-4.8 4.8H8.3l-4.8-4.8V8.3zM12 8v5M12 16v.1',
  folder: 'M3.5 6h6l2 2.5h9V19h-17z',
  sent: 'M4 12 20 4l-5 16-3.5-6.5zM11.5 13.5 20 4',
  draft: 'M5 19l1-4L16.5 4.5l3 3L9 18zM14.5 6.5l3 3',
  flag: 'M6 21V4h11l-2 4 2 4H6',
  star: 'm12 4 2.5 5.2 5.6.8-4 4 .9 5.6-5-2.7-5 2.7.9-5.6-4-4 5.6-.8z',
  search: 'M10.5 17a6.5 6.5 0 1 1 0-13 6.5 6.5 0 0 1 0 13zM15.5 15.5 20 20',
  menu: 'M4 7h16M4 12h16M4 17h16',
  back: 'M14.5 5.5 8 12l6.5 6.5',
  close: 'm6 6 12 12M18 6 6 18',
  more: 'M5 12a1 1 0 1 0 2 0 1 1 0 1 0-2 0M11 12a1 1 0 1 0 2 0 1 1 0 1 0-2 0M17 12a1 1 0 1 0 2 0 1 1 0 1 0-2 0',
  reply: 'M10 6 4 11.5 10 17v-3.5c5 0 8 1.5 10 4.5 0-5-3-8.5-10-8.5z',
  replyAll: 'M8 6 2.5 11.5 8 17M13 6l-5.5 5.5L13 17v-3.5c4 0 6.5 1.5 8.5 4.5 0-5-3-8.5-8.5-8.5z',
  forward: 'M14 6l6 5.5-6 5.5v-3.5c-5 0-8 1.5-10 4.5 0-5 3-8.5 10-8.5z',
  attachment: 'm8 12.5 6-6a3 3 0 0 1 4.3 4.3l-8 8a5 5 0 0 1-7-7L11 4.5',
  unread: 'M4 6h16v12H4zM4 7l8 6 8-6',
  read: 'M4 9.5 12 4l8 5.5V19H4zM4 10l8 5.5 8-5.5',
  move: 'M3.5 6h6l2 2.5h9V19h-17zM9 14h6M12.5 11.5 15 14l-2.5 2.5',
  check: 'm5 12.5 4.5 4.5L19 7',
  compose: 'M4.5 19.5h15M6 15.5 16 5.5l2.5 2.5-10 10H6z',
  settings:
    'M12 15.2a3.2 3.2 0 1 1 0-6.4 3.2 3.2 0 0 1 0 6.4zM12 3.5v2.2M12 18.3v2.2M3.5 12h2.2M18.3 12h2.2M6 6l1.6 1.6M16.4 16.4 18 18M6 18l1.6-1.6M16.4 7.6 18 6',
  help: 'M9.2 9.3a2.8 2.8 0 1 1 4.3 2.4c-1 .6-1.5 1.1-1.5 2.3M12 17v.1M12 20.5a8.5 8.5 0 1 1 0-17 8.5 8.5 0 0 1 0 17z',
  print: 'M7 9V4.5h10V9M7 17H4.5V9h15v8H17M7 14h10v5.5H7z',
  download: 'M12 4v11M7.5 11 12 15.5l4.5-4.5M5 19.5h14',
  person: 'M12 12a4 4 0 1 1 0-8 4 4 0 0 1 0 8zM4.5 20c.7-4 3.7-6 7.5-6s6.8 2 7.5 6',
  office: 'M5 20V4.5h14V20M3.5 20h17M9 8.5h2M13 8.5h2M9 12.5h2M13 12.5h2M10 20v-3.5h4V20',
  down: 'm6 9.5 6 6 6-6',
  shield: 'M12 3.5 5 6v5.5c0 4.5 3 7.5 7 9 4-1.5 7-4.5 7-9V6z',
  picture: 'M4 5h16v14H4zM4 16l5-5 4 4 2.5-2.5L20 17M15.5 9v.1',
  undo: 'M8.5 6 4 10.5 8.5 15M4 10.5h10a5.5 5.5 0 0 1 0 11h-2',
  desk: 'M3.5 5h17v11h-17zM9 20h6M12 16v4',
  key: 'M8 17a4.5 4.5 0 1 1 3.9-6.8H21V14h-2.5v2.5H16V14h-4.1A4.5 4.5 0 0 1 8 17zM8 12.5v.1',
  clock: 'M12 20.5a8.5 8.5 0 1 1 0-17 8.5 8.5 0 0 1 0 17zM12 7.5V12l3 2',
  bold: 'M7.5 5h5.3a3.4 3.4 0 0 1 0 6.8H7.5zM7.5 11.8h6.2a3.6 3.6 0 0 1 0 7.2H7.5z',
  italic: 'M10 5h7M7 19h7M14 5l-4 14',
  underline: 'M7 4.5v7a5 5 0 0 0 10 0v-7M6 20h12',
  heading: 'M6.5 5v14M17.5 5v14M6.5 12h11',
  bullets: 'M9.5 6.5H20M9.5 12H20M9.5 17.5H20M4.5 6.5v.1M4.5 12v.1M4.5 17.5v.1',
  numbers:
    'M10.5 6.5H20M10.5 12H20M10.5 17.5H20M4 5.2 5.7 4v5.5M3.9 15c.4-1.6 2.9-1.3 2.5.3L3.9 19h2.8',
  indent: 'M4 5.5h16M11 10h9M11 14h9M4 18.5h16M4 9.5 6.8 12 4 14.5',
  outdent: 'M4 5.5h16M11 10h9M11 14h9M4 18.5h16M7 9.5 4.2 12 7 14.5',
  quote: 'M5 5v14M9 7.5h11M9 12h11M9 16.5h7',
  link: 'M10.3 13.7a3.8 3.8 0 0 0 5.4 0l3-3a3.8 3.8 0 0 0-5.4-5.4l-1.2 1.2M13.7 10.3a3.8 3.8 0 0 0-5.4 0l-3 3a3.8 3.8 0 0 0 5.4 5.4l1.2-1.2',
  redo: 'M15.5 6 20 10.5 15.5 15M20 10.5H10a5.5 5.5 0 0 0 0 11h2',
  plain: 'M4.5 6h15M4.5 10.5h15M4.5 15h9',
} as const

export type IconName = keyof typeof paths

export function Icon({ name, isFilled = false }: { name: IconName; isFilled?: boolean }) {
  return (
    <svg
      className={isFilled ? 'icon-shape filled' : 'icon-shape'}
      viewBox="0 0 24 24"
      aria-hidden="true"
      focusable="false"
    >
      <path d={paths[name]} />
    </svg>
  )
}
