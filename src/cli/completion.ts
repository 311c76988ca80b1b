/**
 * Completion for shells, made from the grammar itself: every command, its subcommands and its options.
 * Addresses and ids are not completed: they are other people's.
 */
import type { Command } from 'commander'

export const shells = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof shells)[number]

/** What may follow these words of the line: `person` → its subcommands. */
interface Place {
  /** Words before, joined by a space; empty at the start. */
  readonly path: string
  readonly words: readonly string[]
  readonly options: readonly string[]
}

export function formatCompletion(program: Command, shell: Shell): string {
  const places = placesOf(program, '')
  if (shell === 'fish') return formatFish(program, places)
  return shell === 'bash' ? formatBash(places) : formatZsh(places)
}

function placesOf(command: Command, path: string): readonly Place[] {
  const inner = command.commands.filter((one) => one.name() !== 'help')
  const options = command.options.flatMap(({ long }) => long ?? [])
  const here = { path, words: inner.map((one) => one.name()), options: [...options, '--help'] }
  return [here, ...inner.flatMap((one) => placesOf(one, `${path} ${one.name()}`.trim()))]
}

function cases(places: readonly Place[]): string {
  return places
    .map(
      ({ path, words, options }) => `    '${path}') known='${[...words, ...options].join(' ')}' ;;`,
    )
    .join('\n')
}

/** The words of the line that are commands, without options: the place in the grammar. */
function findPlace(places: readonly Place[], words: string): string {
  return `  local word place='' next words=''
  for word in ${words}; do
    case "$word" in -*) continue ;; esac
    next="\${place:+$place }$word"
    case "$next" in
      ${places
        .filter(({ path }) => path !== '')
        .map(({ path }) => `'${path}'`)
        .join('|')}) place="$next" ;;
    esac
  done
  case "$place" in
${cases(places)}
  esac`
}

function formatBash(places: readonly Place[]): string {
  return `# Completion of tamar for bash: source <(tamar completion bash)
_tamar() {
${findPlace(places, '"${COMP_WORDS[@]:1:COMP_CWORD-1}"')}
  COMPREPLY=($(compgen -W "$known" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _tamar tamar ./tamar
`
}

function formatZsh(places: readonly Place[]): string {
  return `#compdef tamar
# Completion of tamar for zsh: source <(tamar completion zsh)
_tamar() {
${findPlace(places, '"${(@)words[2,CURRENT-1]}"')}
  compadd -- \${=known}
  [[ -z $known ]] && _files
}
compdef _tamar tamar
`
}

/** `commandline -opc` gives the words before the cursor, options included. */
function formatFish(program: Command, places: readonly Place[]): string {
  const known = places.filter(({ path }) => path !== '').map(({ path }) => quoted(path))
  return `# Completion of tamar for fish: tamar completion fish | source
function __tamar_place
  set -l place
  for word in (commandline -opc)[2..-1]
    string match -q -- '-*' $word; and continue
    set -l next (string join ' ' -- $place $word)
    switch "$next"
      case ${known.join(' ')}
        set place (string split ' ' -- $next)
    end
  end
  string join ' ' -- $place
end
${fishLines(program, '').join('\n')}
`
}

function fishLines(command: Command, path: string): readonly string[] {
  const inner = command.commands.filter((one) => one.name() !== 'help')
  const here = `-n ${quoted(`test "$(__tamar_place)" = "${path}"`)}`
  return [
    ...inner.map(
      (one) => `complete -c tamar -f ${here} -a ${one.name()} -d ${quoted(one.description())}`,
    ),
    ...command.options.map(
      ({ long, description }) =>
        `complete -c tamar ${path === '' ? '' : `${here} `}-l ${(long ?? '').slice(2)} -d ${quoted(description)}`,
    ),
    ...inner.flatMap((one) => fishLines(one, `${path} ${one.name()}`.trim())),
  ]
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}
