/** Where the web mail begins. */
import { createRoot } from 'react-dom/client'
import '../kit/base.css'
import '../kit/controls/controls.css'
import { applyLook, readLook } from '../kit/settings.ts'
import { AppContext } from './app/context.ts'
import { MailApp } from './app/model.ts'
import { AppView } from './app/view.tsx'

readLook(localStorage, navigator.languages)
applyLook(document.documentElement, localStorage)

const onePane = matchMedia('(width < 48rem)')
const app = new MailApp({
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
  isNarrow: () => onePane.matches,
  location,
  history,
})
addEventListener('popstate', () => app.followAddress())

const root = document.getElementById('app')
if (root !== null)
  createRoot(root).render(
    <AppContext value={app}>
      <AppView />
    </AppContext>,
  )
