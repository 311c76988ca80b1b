/** Where the web mail begins. */
import { createRoot } from 'react-dom/client'
import '../kit/base.css'
import '../kit/controls/controls.css'
import { applyLook, readLook } from '../kit/settings.ts'
import { language } from '../kit/words.ts'
import { AppContext } from './app/context.ts'
import { MailApp } from './app/model.ts'
import { AppView } from './app/view.tsx'
import { comeBackByItself } from './install/come-back.ts'
import { openInboxWhenAsked } from './install/hear-worker.ts'
import { keepShellWhileSignedIn } from './install/keep-shell.ts'
import { OfflineMail } from './offline/offline-mail.ts'
import { manifestName } from './install/manifest.ts'

readLook(localStorage, navigator.languages)
applyLook(document.documentElement, localStorage)

const onePane = matchMedia('(width < 48rem)')
/** Before anything is loaded after them. */
const ownFiles = [
  ...document.querySelectorAll<HTMLScriptElement>('script[src]'),
  ...document.querySelectorAll<HTMLLinkElement>('link[rel=stylesheet]'),
].map((element) => new URL('src' in element ? element.src : element.href).pathname)

const app = new MailApp({
  ownFiles,
  fetch: (url, init) => fetch(url, { ...init, credentials: 'same-origin' }),
  openEvents: (url) => new EventSource(url),
  askPasskey: async (options) => {
    // Read by the browser, which refuses what is no such thing.
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(
      options as PublicKeyCredentialRequestOptionsJSON,
    )
    const credential = await navigator.credentials.get({ publicKey })
    if (!(credential instanceof PublicKeyCredential)) throw new Error('no passkey')
    return credential.toJSON()
  },
  offline: new OfflineMail(),
  isNarrow: () => onePane.matches,
  storage: localStorage,
  location,
  history,
})
addEventListener('popstate', () => app.followAddress())
addEventListener('online', () => void app.release.look())
comeBackByItself(app)
keepShellWhileSignedIn(app.status)
openInboxWhenAsked(app)

const manifest = document.querySelector<HTMLLinkElement>('link[rel=manifest]')
const nameInLanguage = () => {
  if (manifest !== null) manifest.href = `/mail/${manifestName(language.value)}`
}
nameInLanguage()
language.changed.subscribe(nameInLanguage)

const root = document.getElementById('app')
if (root !== null)
  createRoot(root).render(
    <AppContext value={app}>
      <AppView />
    </AppContext>,
  )
