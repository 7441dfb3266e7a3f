import type { Place } from './describe.ts';
import { type Dialect, writeTables } from './tables.ts';

/** Completion of these places as a script for bash. */
export function bashScript(places: readonly Place[]): string {
  return `${HEAD}\n${writeTables(places, DIALECT)}\n${TAIL}`;
}

const SUBJECTS = { place: '"$1"', word: '"$2"', 'place:word': '"$1:$2"' } as const;

const DIALECT: Dialect = {
  table: ({ about, name, by, rows, otherwise }) => {
    const cases = rows.map(({ patterns, action }) => {
      return `    ${patterns.map(({ text, open }) => quote(text) + (open ? '*' : '')).join(' | ')}) ${action} ;;`;
    });
    const lines = [`  case ${SUBJECTS[by]} in`, ...cases, `    *) ${otherwise} ;;`, '  esac'];
    return `# ${about}\n_ckpt_${name}() {\n${lines.join('\n')}\n}\n`;
  },
  goTo: (place) => `place=${quote(place)}`,
  goNowhere: 'return 1',
  choose: (choices) => list(choices.map(({ word }) => word)),
  offer: (values) => {
    if (values.kind !== 'words') return `kind=${values.kind}`;
    return `kind=${values.commas ? 'list' : 'words'} ${list(values.words)}`;
  },
  take: ({ takes, values }) => `takes=${takes} ${DIALECT.offer(values)}`,
  byPlace: (cases, otherwise) => {
    if (cases.length === 0) return otherwise;
    const some = cases.map(({ place, action }) => `${quote(place)}) ${action} ;;`);
    return `case "$1" in ${some.join(' ')} *) ${otherwise} ;; esac`;
  },
};

function list(words: readonly string[]): string {
  return `words=(${words.map(quote).join(' ')})`;
}

function quote(text: string): string {
  return /^[A-Za-z0-9_-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

const HEAD = `# Completion of ckpt for bash (3.2 or later), made by "ckpt completion bash".

_ckpt() {
  local place='' takes=none kind=anything plain='' count=0 lead='' typed='' keep=0
  local word piece='' between='' i
  local -a words line
  words=() line=()

  # Bash takes words apart at ":" and "=", and replaces only the last piece.
  for ((i = \${_ckpt_from:-0} + 1; i <= COMP_CWORD; i++)); do
    piece=\${COMP_WORDS[i]}
    if [[ -n $piece && \${#line[@]} -gt 0 && ( -n $between || -z \${piece//[:=]/} ) ]]; then
      line[\${#line[@]} - 1]+=$piece
    else
      line+=("$piece")
    fi
    between=''
    [[ -n $piece && -z \${piece//[:=]/} ]] && between=1
  done
  [[ \${#line[@]} -gt 0 ]] || line=('')
  typed=\${line[\${#line[@]} - 1]}
  keep=\${#typed}
  [[ -n $between ]] || keep=$((keep - \${#piece}))

  for ((i = 0; i < \${#line[@]} - 1; i++)); do
    word=\${line[i]}
    word=\${word#[\\"\\']}
    word=\${word%[\\"\\']}
    if [[ -n $plain ]]; then count=$((count + 1))
    elif [[ $takes == one ]]; then takes=none
    elif [[ $takes == many ]]; then takes=any
    elif [[ $word == -- ]]; then plain=1 takes=none
    elif [[ $word == -*=* ]]; then takes=none
    elif [[ $word == -?* ]]; then _ckpt_flag "$place" "$word"
    elif [[ $count -eq 0 ]] && _ckpt_enter "$place" "$word"; then takes=none
    elif [[ $takes == some ]]; then takes=none
    elif [[ $takes != any ]]; then count=$((count + 1))
    fi
  done

  COMPREPLY=()
  if [[ -n $plain ]]; then
    _ckpt_argument "$place" "$count"
    _ckpt_values
  elif [[ $takes == one || $takes == many ]]; then
    _ckpt_values
  elif [[ $typed == --*=* ]]; then
    _ckpt_flag "$place" "\${typed%%=*}"
    lead=\${typed%%=*}= typed=\${typed#*=}
    _ckpt_values
  elif [[ $typed == -* ]]; then
    _ckpt_options "$place"
    _ckpt_offer
  else
    [[ $takes == none ]] || _ckpt_values
    if [[ $count -eq 0 ]]; then
      _ckpt_commands "$place"
      _ckpt_offer
    fi
    _ckpt_argument "$place" "$count"
    _ckpt_values
  fi
}

# Offers what may stand for a value.
_ckpt_values() {
  local word
  typed=\${typed#[\\"\\']}
  case $kind in
    words) _ckpt_offer ;;
    list)
      lead+=\${typed%"\${typed##*,}"} typed=\${typed##*,}
      _ckpt_offer
      ;;
    files | folders)
      # Readline knows best how file names are quoted; bash 3.2 cannot ask it from here.
      if [[ $kind == files ]]; then compopt -o default 2>/dev/null && return
      else compopt -o dirnames 2>/dev/null && return
      fi
      while IFS= read -r word; do
        printf -v word %q "$word"
        word=$lead$word
        COMPREPLY+=("\${word:keep}")
      done < <(if [[ $kind == files ]]; then compgen -f -- "$typed"; else compgen -d -- "$typed"; fi)
      ;;
  esac
}

# Offers those of the words that begin as what was typed.
_ckpt_offer() {
  local i word
  for ((i = 0; i < \${#words[@]}; i++)); do
    [[ \${words[i]} == "$typed"* ]] || continue
    word=$lead\${words[i]}
    COMPREPLY+=("\${word:keep}")
  done
}
`;

const TAIL = `# "npx ckpt …", as long as nobody else completes npx.
_ckpt_npx() {
  local _ckpt_from=1
  while [[ $_ckpt_from -lt $COMP_CWORD && \${COMP_WORDS[_ckpt_from]} == -* ]]; do _ckpt_from=$((_ckpt_from + 1)); done
  if [[ $_ckpt_from -lt $COMP_CWORD && \${COMP_WORDS[_ckpt_from]} == ckpt ]]; then _ckpt
  else COMPREPLY=() && compopt -o default 2>/dev/null
  fi
}

complete -F _ckpt ckpt
complete -p npx >/dev/null 2>&1 || complete -F _ckpt_npx npx
`;
