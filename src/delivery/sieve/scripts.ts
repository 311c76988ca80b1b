/** Scripts ready to run, compiled once for all nodes' memory of the directory. */
import { isRefusal } from '../../base/refusal.ts'
import { compileScript } from '../../sieve/compile.ts'
import type { Script } from '../../sieve/script.ts'
import { compiledScriptsMax } from '../limits.ts'

const compiled = new Map<string, Script | undefined>()

/** Undefined: what was a script once is none for this version; its mail is kept. */
export function compiledScript(text: string): Script | undefined {
  if (compiled.has(text)) return compiled.get(text)
  const [oldest] = compiled.keys()
  if (compiled.size >= compiledScriptsMax && oldest !== undefined) compiled.delete(oldest)
  const script = compile(text)
  compiled.set(text, script)
  return script
}

function compile(text: string): Script | undefined {
  try {
    return compileScript(text)
  } catch (error) {
    if (isRefusal(error, 'invalid')) return undefined
    throw error
  }
}
