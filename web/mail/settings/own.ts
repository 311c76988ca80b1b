/** What the sections of the settings share: the door to one's own things, and who says who he is. */
import { createContext, useContext } from 'react'
import { OwnApi } from '../../kit/own-api.ts'
import type { MailApp } from '../app/model.ts'
import { Guard } from './guard.ts'

export class Own {
  readonly app: MailApp
  readonly api: OwnApi
  readonly guard: Guard

  constructor(app: MailApp) {
    this.app = app
    const { fetch, askPasskey } = app.browser
    this.api = new OwnApi({ fetch, onSignedOut: () => app.forget() })
    this.guard = new Guard(this.api, askPasskey)
  }
}

export const OwnContext = createContext<Own | undefined>(undefined)

export function useOwn(): Own {
  const own = useContext(OwnContext)
  if (own === undefined) throw new Error('drawn outside the settings')
  return own
}
