/** The grammar of every Sieve script, whatever its commands mean. RFC 5228 §8.2. */
import { depthMax, listMax, nodesMax, scriptOctetsMax } from '../limits.ts'
import { Lexer, type Mark, type Token } from './lexer.ts'
import { scriptFault, type Position } from './position.ts'

export type Argument =
  | { readonly kind: 'text'; readonly at: Position; readonly value: string }
  | { readonly kind: 'list'; readonly at: Position; readonly value: readonly string[] }
  | { readonly kind: 'number'; readonly at: Position; readonly value: number }
  | { readonly kind: 'tag'; readonly at: Position; readonly value: string }

/** A test, or a command without its block: a name, arguments, and tests it asks. */
export interface Call {
  readonly name: string
  readonly at: Position
  readonly arguments: readonly Argument[]
  readonly tests: readonly Call[]
  /** The tests stood in parentheses. */
  readonly isTestList: boolean
}

export interface Command extends Call {
  /** Undefined where a semicolon ended it. */
  readonly block: readonly Command[] | undefined
}

/** @throws Refusal('invalid') with line, column and why. */
export function parseScript(text: string): readonly Command[] {
  const start = { line: 1, column: 1 }
  if (Buffer.byteLength(text) > scriptOctetsMax)
    throw scriptFault(start, `a script has at most ${scriptOctetsMax} octets`)
  const parser = new Parser(text)
  const commands = parser.commands(0)
  parser.requireEnd()
  return commands
}

class Parser {
  readonly #lexer: Lexer
  #token: Token
  #nodes = 0

  constructor(text: string) {
    this.#lexer = new Lexer(text)
    this.#token = this.#lexer.next()
  }

  commands(depth: number): readonly Command[] {
    const commands: Command[] = []
    while (this.#token.kind === 'identifier') commands.push(this.#command(depth))
    return commands
  }

  requireEnd(): void {
    if (this.#token.kind !== 'end')
      throw scriptFault(this.#token.at, 'a command begins with a word')
  }

  #command(depth: number): Command {
    const call = this.#call(depth)
    if (this.#skip(';')) return { ...call, block: undefined }
    const { at } = this.#token
    if (!this.#skip('{'))
      throw scriptFault(at, `a semicolon or a block is missing after "${call.name}"`)
    const block = this.commands(depth + 1)
    if (!this.#skip('}')) throw scriptFault(this.#token.at, 'the end of the block is missing: }')
    return { ...call, block }
  }

  #call(depth: number): Call {
    const { at } = this.#token
    if (depth > depthMax) throw scriptFault(at, `more than ${depthMax} levels deep`)
    if (++this.#nodes > nodesMax) throw scriptFault(at, `more than ${nodesMax} commands and tests`)
    if (this.#token.kind !== 'identifier') throw scriptFault(at, 'a word is missing here')
    const name = this.#token.value
    this.#advance()
    const args: Argument[] = []
    for (let one = this.#argument(); one !== undefined; one = this.#argument()) args.push(one)
    const isTestList = this.#skip('(')
    const tests = isTestList ? this.#testList(depth) : this.#test(depth)
    return { name, at, arguments: args, tests, isTestList }
  }

  #test(depth: number): readonly Call[] {
    return this.#token.kind === 'identifier' ? [this.#call(depth + 1)] : []
  }

  #testList(depth: number): readonly Call[] {
    const tests: Call[] = []
    do tests.push(this.#call(depth + 1))
    while (this.#skip(','))
    if (!this.#skip(')')) throw scriptFault(this.#token.at, 'the end of the tests is missing: )')
    return tests
  }

  #argument(): Argument | undefined {
    const token = this.#token
    if (token.kind === 'text' || token.kind === 'number' || token.kind === 'tag') {
      this.#advance()
      return token as Argument
    }
    if (!this.#skip('[')) return undefined
    return { kind: 'list', at: token.at, value: this.#strings() }
  }

  #strings(): readonly string[] {
    const strings: string[] = []
    if (this.#skip(']')) return strings
    do {
      const token = this.#token
      if (token.kind !== 'text')
        throw scriptFault(token.at, 'a list holds texts in quotation marks')
      if (strings.length >= listMax)
        throw scriptFault(token.at, `a list has at most ${listMax} texts`)
      strings.push(token.value)
      this.#advance()
    } while (this.#skip(','))
    if (!this.#skip(']')) throw scriptFault(this.#token.at, 'the end of the list is missing: ]')
    return strings
  }

  #skip(mark: Mark): boolean {
    if (this.#token.kind !== 'mark' || this.#token.value !== mark) return false
    this.#advance()
    return true
  }

  #advance(): void {
    this.#token = this.#lexer.next()
  }
}
