/** Every method and what it does: the whole of what a client can call. RFC 8620 §3.3. */
import type { Method } from './core/call.ts'
import { echo } from './core/echo.ts'

export const methods: ReadonlyMap<string, Method> = new Map<string, Method>([['Core/echo', echo]])
