/** From the text of a script to one that can be run (RFC 5228 §2.10); every fault is found here, not in the mail. */
import { bind } from './bind.ts'
import { isCapability, usualCapabilities, type Capability } from './capabilities.ts'
import type { Branch, CheckedTest, Step } from './definition.ts'
import { commands, tests } from './registry.ts'
import type { Script } from './script.ts'
import { parseScript, type Call, type Command } from './syntax/parse.ts'
import { scriptFault } from './syntax/position.ts'

/** @throws Refusal('invalid') with line, column and why. */
export function compileScript(
  text: string,
  allowed: ReadonlySet<Capability> = usualCapabilities,
): Script {
  const parsed = parseScript(text)
  const firstOther = parsed.findIndex(({ name }) => name !== 'require')
  const headEnd = firstOther < 0 ? parsed.length : firstOther
  const requires = readRequires(parsed.slice(0, headEnd), allowed)
  return { requires, steps: new Compiler(requires).steps(parsed.slice(headEnd)) }
}

function readRequires(
  head: readonly Command[],
  allowed: ReadonlySet<Capability>,
): ReadonlySet<Capability> {
  const requires = new Set<Capability>()
  for (const command of head) {
    requireNoBlock(command)
    const { given } = bind(command, { values: [{ name: 'names', kind: 'list' }] }, requires, [])
    for (const name of [given.get('names') ?? []].flat().map(String)) {
      if (!isCapability(name) || !allowed.has(name))
        throw scriptFault(command.at, `"${name.slice(0, 64)}" is not offered here`)
      requires.add(name)
    }
  }
  return requires
}

class Compiler {
  readonly #requires: ReadonlySet<Capability>

  constructor(requires: ReadonlySet<Capability>) {
    this.#requires = requires
  }

  steps(parsed: readonly Command[]): readonly Step[] {
    const steps: Step[] = []
    for (let at = 0; at < parsed.length; at++) {
      const command = parsed[at]
      if (command === undefined) continue
      if (command.name !== 'if') {
        steps.push(this.#command(command))
        continue
      }
      const arms = [command]
      for (let next = parsed[at + 1]; isFurtherArm(next, arms); next = parsed[at + 1]) {
        arms.push(next)
        at++
      }
      steps.push(this.#branch(arms))
    }
    return steps
  }

  #branch(commands: readonly Command[]): Branch {
    const arms = commands.map((command) => {
      const { name, at, block } = command
      if (block === undefined) throw scriptFault(at, `${name} needs a block: { … }`)
      bind(command, {}, this.#requires, [])
      const [test] = command.tests
      const hasOne = command.tests.length === 1 && !command.isTestList
      if (name === 'else' ? command.tests.length > 0 : !hasOne)
        throw scriptFault(at, name === 'else' ? 'else has no test' : `${name} needs one test`)
      return { test: test && this.#test(test), block: this.steps(block) }
    })
    return { arms }
  }

  #command(command: Command): Step {
    const { name, at } = command
    if (name === 'require') throw scriptFault(at, 'require stands before everything else')
    if (name === 'elsif' || name === 'else') throw scriptFault(at, `${name} has no if before it`)
    const definition = commands.get(name)
    if (definition === undefined) throw scriptFault(at, `there is no command "${name}"`)
    this.#requireNeeds(command, definition.needs)
    requireNoBlock(command)
    if (command.tests.length > 0) throw scriptFault(at, `${name} takes no test`)
    const bound = bind(command, definition, this.#requires, [])
    definition.check?.(bound)
    return { definition, bound }
  }

  #test(call: Call): CheckedTest {
    const { name, at } = call
    const definition = tests.get(name)
    if (definition === undefined) throw scriptFault(at, `there is no test "${name}"`)
    this.#requireNeeds(call, definition.needs)
    const { takes } = definition
    const isRight =
      takes === 'tests'
        ? call.isTestList
        : !call.isTestList && call.tests.length === (takes === 'test' ? 1 : 0)
    if (!isRight) throw scriptFault(at, testsNeeded(name, takes))
    const inner = call.tests.map((one) => this.#test(one))
    const bound = bind(call, definition, this.#requires, inner)
    definition.check?.(bound)
    return { definition, bound }
  }

  #requireNeeds({ name, at }: Call, needs: Capability | undefined): void {
    if (needs !== undefined && !this.#requires.has(needs))
      throw scriptFault(at, `${name} needs: require "${needs}";`)
  }
}

function isFurtherArm(next: Command | undefined, arms: readonly Command[]): next is Command {
  const isArm = next?.name === 'elsif' || next?.name === 'else'
  return isArm && arms.at(-1)?.name !== 'else'
}

function requireNoBlock({ name, at, block }: Command): void {
  if (block !== undefined) throw scriptFault(at, `${name} has no block`)
}

function testsNeeded(name: string, takes: 'test' | 'tests' | undefined): string {
  if (takes === 'tests') return `${name} needs tests in parentheses`
  return takes === 'test' ? `${name} needs one test` : `${name} takes no test`
}
