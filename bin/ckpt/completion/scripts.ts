/** The name under which the scripts ask the program; no command of anybody's. */
export const COMPLETE = '__complete';

/** The scripts only ask and hand the answer on: which words may stand where is for `answer.ts` to say. */
interface Script {
  /** A text as one word of the shell. */
  quote(text: string): string;
  /** `ask` is what to run, its words quoted. */
  write(ask: string): string;
}

const quote = (text: string) => `'${text.replaceAll("'", String.raw`'\''`)}'`;

const SCRIPTS = {
  bash: {
    quote,
    write: (ask) => `# Completion of ckpt for bash (3.2 or later), made by "ckpt completion bash".
_ckpt() {
  local kind='' names='' word
  COMPREPLY=()
  while IFS= read -r word; do
    if [[ -n $kind ]]; then COMPREPLY+=("$word"); else kind=$word; fi
  done < <(${ask} bash "\${COMP_WORDS[@]:0:COMP_CWORD+1}" 2>/dev/null)
  # Readline knows best how file names are quoted; bash 3.2 cannot ask it from here.
  case $kind in
    :files) compopt -o default 2>/dev/null || names=-f ;;
    :folders) compopt -o dirnames 2>/dev/null || names=-d ;;
  esac
  [[ -z $names ]] || while IFS= read -r word; do
    COMPREPLY+=("$(printf %q "$word")")
  done < <(compgen $names -- "\${COMP_WORDS[COMP_CWORD]#[:=]}")
}
complete -F _ckpt ckpt
complete -p npx >/dev/null 2>&1 || complete -F _ckpt npx
`,
  },
  zsh: {
    quote,
    write: (ask) => `#compdef ckpt
# Completion of ckpt for zsh, made by "ckpt completion zsh": to be sourced, or kept as _ckpt in a folder of fpath.
_ckpt() {
  local -a answer
  answer=("\${(@f)$(${ask} zsh "\${(@Q)words[1,CURRENT-1]}" "$PREFIX" 2>/dev/null)}")
  local kind=$answer[1]
  shift answer
  (( $#answer )) && _describe -t values value answer
  [[ $kind == : || $PREFIX != --*=* ]] || compset -P 1 '*='
  case $kind in
    (:files) _files ;;
    (:folders) _path_files -/ ;;
  esac
}
if [[ $funcstack[1] == _ckpt ]]; then
  # Loaded from fpath, by the first word that is completed.
  _ckpt
else
  (( $+functions[compdef] )) || { autoload -Uz compinit && compinit -i }
  compdef _ckpt ckpt
  (( $+_comps[npx] )) || compdef _ckpt npx
fi
`,
  },
  fish: {
    // Between its quotes fish knows two escapes, those of the quote and of the backslash itself.
    quote: (text) => `'${text.replaceAll(/['\\]/g, String.raw`\$&`)}'`,
    write: (ask) => `# Completion of ckpt for fish, made by "ckpt completion fish".
function __ckpt_complete
    set -l typed (commandline -ct)
    set -l answer (${ask} fish (commandline -opc) "$typed" 2>/dev/null)
    set -l lead (string match -r '^--[^=]*=' -- "$typed")
    set -l rest (string replace -- "$lead" '' "$typed")
    set -l paths
    switch "$answer[1]"
        case :files
            # As of a command of which nothing is known: fish then looks for files, whichever way they are quoted.
            set paths (complete -C "'' $rest")
        case :folders
            set paths (__fish_complete_directories "$rest")
    end
    for line in $answer[2..] "$lead"$paths
        echo $line
    end
end
function __ckpt_by_npx
    string match -qr '^npx( -[^ ]*)* ckpt( |$)' -- (string join ' ' -- (commandline -opc))
end
complete -c ckpt -e
complete -c ckpt -f -a '(__ckpt_complete)'
complete -c npx -n __ckpt_by_npx -f -a '(__ckpt_complete)'
`,
  },
  powershell: {
    quote: (text) => `'${text.replaceAll("'", "''")}'`,
    write: (ask) => `# Completion of ckpt for PowerShell (5.1 or later), made by "ckpt completion powershell".
Register-ArgumentCompleter -Native -CommandName ckpt, npx -ScriptBlock {
  param($typed, $line, $cursor)
  $words = @($line.CommandElements | Where-Object { $_.Extent.EndOffset -lt $cursor } | ForEach-Object { $_.Extent.Text })
  # An empty word would get lost on its way: it goes with a mark before it.
  $kind, $answer = & ${ask} powershell @words "=$typed" 2>$null
  foreach ($each in $answer) {
    $word, $what = $each -split "\`t", 2
    [System.Management.Automation.CompletionResult]::new($word, $word, 'ParameterValue', $(if ($what) { $what } else { $word }))
  }
  # With no result at all PowerShell offers files.
  if ($kind -eq ':' -and -not $answer) { '' }
}
`,
  },
} as const satisfies Readonly<Record<string, Script>>;

export type Shell = keyof typeof SCRIPTS;
export const SHELLS = Object.keys(SCRIPTS) as Shell[];

/** A script that has a shell complete `ckpt`, by asking this program: what is run, then its first arguments. */
export function writeScript(shell: Shell, program: readonly string[]): string {
  const { quote, write } = SCRIPTS[shell];
  return write([...program, COMPLETE].map((word) => (/^[\w-]+$/.test(word) ? word : quote(word))).join(' '));
}
