import { useMemo } from 'react'
import { useApp } from '../app/context.ts'
import { Actions } from './model.ts'

export function useActions(): Actions {
  const app = useApp()
  return useMemo(() => new Actions(app), [app])
}
