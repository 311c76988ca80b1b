/** The one web mail of this window, for whatever is drawn in it. */
import { createContext, useContext } from 'react'
import type { MailApp } from './model.ts'

export const AppContext = createContext<MailApp | undefined>(undefined)

export function useApp(): MailApp {
  const app = useContext(AppContext)
  if (app === undefined) throw new Error('drawn outside the web mail')
  return app
}
