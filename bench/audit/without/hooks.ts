/**
 * Loaded before the node that is measured (`--import`): the trail and the mail log of this process are
 * stand-ins that keep nothing. Only the bench does this; the platform has no setting for it.
 */
import { registerHooks } from 'node:module'

const standIns: Readonly<Record<string, string>> = {
  '/src/audit/create-audit.ts': './trail.ts',
  '/src/audit/mail-log.ts': './mail-log.ts',
}

registerHooks({
  resolve(specifier, context, next) {
    const found = next(specifier, context)
    const part = Object.keys(standIns).find((end) => found.url.endsWith(end))
    const isOwn = context.parentURL?.includes('/bench/audit/without/') === true
    if (part === undefined || isOwn) return found
    return { ...found, url: new URL(standIns[part] ?? '', import.meta.url).href }
  },
})
