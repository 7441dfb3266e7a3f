import type { Place } from './describe.ts';
import { type Choice, type Dialect, writeTables } from './tables.ts';

/** Completion of these places as a script for zsh: to be sourced, or kept as `_ckpt` in a folder of `fpath`. */
export function zshScript(places: readonly Place[]): string {
  return `${HEAD}\n${writeTables(places, DIALECT)}\n${TAIL}`;
}

const SUBJECTS = { place: '"$1"', word: '"$2"', 'place:word': '"$1:$2"' } as const;

const DIALECT: Dialect = {
  table: ({ about, name, by, rows, otherwise }) => {
    const cases = rows.map(({ patterns, action }) => {
      return `    (${patterns.map(({ text, open }) => quote(text) + (open ? '*' : '')).join('|')}) ${action} ;;`;
    });
    const lines = [`  case ${SUBJECTS[by]} in`, ...cases, `    (*) ${otherwise} ;;`, '  esac'];
    return `# ${about}\n_ckpt_${name}() {\n${lines.join('\n')}\n}\n`;
  },
  goTo: (place) => `place=${quote(place)}`,
  goNowhere: 'return 1',
  choose: (choices) => `choices=(${choices.map((choice) => quote(describe(choice))).join(' ')})`,
  offer: (values) => {
    if (values.kind !== 'words') return `kind=${values.kind}`;
    const choices = values.words.map((word) => ({ word, description: '' }));
    return `kind=${values.commas ? 'list' : 'words'} ${DIALECT.choose(choices)}`;
  },
  take: ({ takes, values }) => `takes=${takes} ${DIALECT.offer(values)}`,
  byPlace: (cases, otherwise) => {
    if (cases.length === 0) return otherwise;
    const some = cases.map(({ place, action }) => `(${quote(place)}) ${action} ;;`);
    return `case "$1" in ${some.join(' ')} (*) ${otherwise} ;; esac`;
  },
};

/** As `_describe` wants it: a colon ends the word. */
function describe({ word, description }: Choice): string {
  const escaped = word.replaceAll(/[\\:]/g, String.raw`\$&`);
  return description === '' ? escaped : `${escaped}:${description.replaceAll('\\', String.raw`\\`)}`;
}

function quote(text: string): string {
  return /^[A-Za-z0-9_-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

const HEAD = `#compdef ckpt
# Completion of ckpt for zsh, made by "ckpt completion zsh".

_ckpt() {
  local place='' takes=none kind=anything plain='' word
  local -a choices
  integer count=0 i

  for (( i = 2; i < CURRENT; i++ )); do
    word=\${(Q)words[i]}
    if [[ -n $plain ]]; then (( count += 1 ))
    elif [[ $takes == one ]]; then takes=none
    elif [[ $takes == many ]]; then takes=any
    elif [[ $word == -- ]]; then plain=1 takes=none
    elif [[ $word == -*=* ]]; then takes=none
    elif [[ $word == -?* ]]; then _ckpt_flag "$place" "$word"
    elif (( count == 0 )) && _ckpt_enter "$place" "$word"; then takes=none
    elif [[ $takes == some ]]; then takes=none
    elif [[ $takes != any ]]; then (( count += 1 ))
    fi
  done

  if [[ -n $plain ]]; then
    _ckpt_argument "$place" $count
    _ckpt_values
  elif [[ $takes == (one|many) ]]; then
    _ckpt_values
  elif [[ $PREFIX == --*=* ]]; then
    _ckpt_flag "$place" "\${PREFIX%%=*}"
    compset -P 1 '*='
    _ckpt_values
  elif [[ $PREFIX == -* ]]; then
    _ckpt_options "$place"
    _describe -t options option choices
  else
    [[ $takes == none ]] || _ckpt_values
    if (( count == 0 )); then
      _ckpt_commands "$place"
      _describe -t commands command choices
    fi
    _ckpt_argument "$place" $count
    _ckpt_values
  fi
}

# Offers what may stand for a value.
_ckpt_values() {
  case $kind in
    (words) _describe -t values value choices ;;
    (list) compset -P '*,'; _describe -t values value choices ;;
    (files) _files ;;
    (folders) _path_files -/ ;;
  esac
}
`;

const TAIL = `# "npx ckpt …", as long as nobody else completes npx.
_ckpt_npx() {
  integer at=2
  while (( at < CURRENT )) && [[ $words[at] == -* ]]; do (( at += 1 )); done
  if (( at < CURRENT )) && [[ $words[at] == ckpt ]]; then
    shift $(( at - 1 )) words
    (( CURRENT -= at - 1 ))
    _ckpt
  else
    _default
  fi
}

if [[ $funcstack[1] == _ckpt ]]; then
  # Loaded from fpath, by the first word that is completed.
  _ckpt
else
  (( $+functions[compdef] )) || { autoload -Uz compinit && compinit -i }
  compdef _ckpt ckpt
  (( $+_comps[npx] )) || compdef _ckpt_npx npx
fi
`;
