/** Reads a password: from a person without showing it, from a program as the first line. */
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { CommandFault } from './command-fault.ts'
import { exitCodes } from './exit-codes.ts'
import type { Streams } from './ports.ts'

type Terminal = Readable & { setRawMode(isRaw: boolean): unknown; readonly isTTY: boolean }

/** One after the other from a person; a line each from a program. */
export async function readPasswords(
  streams: Streams,
  prompts: readonly string[],
): Promise<readonly string[]> {
  const { input, errors } = streams
  const given: string[] = []
  if (prompts.length === 0) return given
  if (isTerminal(input))
    for (const prompt of prompts) given.push(await readUnseen(input, errors, prompt))
  else
    for await (const line of createInterface({ input })) {
      given.push(line)
      if (given.length === prompts.length) break
    }
  if (given.length === prompts.length) return given
  const asked = prompts.map((prompt) => prompt.replace(/: $/, '')).join('; ')
  throw new CommandFault(`A line each is needed for: ${asked}.`, exitCodes.usage)
}

function isTerminal(input: Readable): input is Terminal {
  return 'isTTY' in input && input.isTTY === true && 'setRawMode' in input
}

/** The terminal shows nothing of what is typed; Ctrl-C ends, Backspace takes back. */
function readUnseen(input: Terminal, shown: Writable, prompt: string): Promise<string> {
  const typed = Promise.withResolvers<string>()
  let text = ''
  const finish = (end: () => void) => {
    input.off('data', hear)
    input.setRawMode(false)
    input.pause()
    shown.write('\n')
    end()
  }
  const hear = (chunk: Buffer) => {
    for (const character of chunk.toString('utf8')) {
      if (character === '\r' || character === '\n') return finish(() => typed.resolve(text))
      if (character === '\u0003') return finish(() => process.kill(process.pid, 'SIGINT'))
      text = character === '\u007f' ? text.slice(0, -1) : text + character
    }
  }
  shown.write(prompt)
  input.setRawMode(true)
  input.on('data', hear)
  input.resume()
  return typed.promise
}
