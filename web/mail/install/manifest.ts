/** What a system is told when the web mail is installed: W3C Web Application Manifest. */
import { sayer, type Language } from '../../kit/words.ts'
import { installWords } from './words.ts'

/** The icons `web/build.ts` draws. */
export const icons = [
  { name: 'icon-192.png', pixels: 192, isMaskable: false },
  { name: 'icon-512.png', pixels: 512, isMaskable: false },
  { name: 'icon-maskable-512.png', pixels: 512, isMaskable: true },
] as const

/** One file for each language: a manifest has one name. */
export function manifestName(language: Language): string {
  return `manifest.${language}.webmanifest`
}

/** The same app in every language: they share its `id`. */
export function manifestOf(language: Language): object {
  const say = sayer(installWords, language)
  return {
    id: '/mail/',
    lang: language,
    name: say('name'),
    short_name: say('shortName'),
    description: say('description'),
    start_url: '/mail/',
    scope: '/mail/',
    display: 'standalone',
    // A system reads these before any style: they are `--paper` and the icon's own blue.
    background_color: '#ffffff',
    theme_color: '#14508f',
    icons: [
      { src: '/mail/icon.svg', sizes: 'any', type: 'image/svg+xml' },
      ...icons.map(({ name, pixels, isMaskable }) => ({
        src: `/mail/${name}`,
        sizes: `${pixels}x${pixels}`,
        type: 'image/png',
        purpose: isMaskable ? 'maskable' : 'any',
      })),
    ],
  }
}
