import type { Place } from './describe.ts';
import { type Dialect, writeTables } from './tables.ts';

/** Completion of these places as a script for fish. */
export function fishScript(places: readonly Place[]): string {
  return `${HEAD}\n${writeTables(places, DIALECT)}\n${TAIL}`;
}

const SUBJECTS = { place: '"$argv[1]"', word: '"$argv[2]"', 'place:word': '"$argv[1]:$argv[2]"' } as const;

/** What a function of fish comes back with are lines: of `flag` how many values, their kind and the words. */
const DIALECT: Dialect = {
  table: ({ about, name, by, rows, otherwise }) => {
    const cases = rows.map(({ patterns, action }) => {
      const each = patterns.map(({ text, open }) => quote(text) + (open ? "'*'" : ''));
      return `        case ${each.join(' ')}\n            ${action}`;
    });
    const lines = [`    switch ${SUBJECTS[by]}`, ...cases, `        case '*'\n            ${otherwise}`, '    end'];
    return `# ${about}\nfunction __ckpt_${name}\n${lines.join('\n')}\nend\n`;
  },
  goTo: (place) => say([place]),
  goNowhere: 'return 1',
  choose: (choices) => say(choices.map(({ word, description }) => `${word}\t${description}`)),
  offer: (values) => {
    if (values.kind !== 'words') return say([values.kind]);
    return say([values.commas ? 'list' : 'words', ...values.words]);
  },
  take: ({ takes, values }) => `${say([takes])}; ${DIALECT.offer(values)}`,
  byPlace: (cases, otherwise) => {
    if (cases.length === 0) return otherwise;
    const some = cases.map(({ place, action }) => `case ${quote(place)}; ${action}; `);
    return `switch "$argv[1]"; ${some.join('')}case '*'; ${otherwise}; end`;
  },
};

function say(lines: readonly string[]): string {
  return lines.length === 0 ? 'return' : `printf '%s\\n' ${lines.map(quote).join(' ')}`;
}

/** Between its quotes fish knows two escapes, those of the quote and of the backslash itself. */
function quote(text: string): string {
  return /^[A-Za-z0-9_-]+$/.test(text) ? text : `'${text.replaceAll(/['\\]/g, String.raw`\$&`)}'`;
}

const HEAD = `# Completion of ckpt for fish, made by "ckpt completion fish".

function __ckpt_complete
    set -l tokens (commandline -opc)
    set -l typed (commandline -ct)
    set -l place ''
    set -l takes none
    set -l offer anything
    set -l plain ''
    set -l count 0

    # "npx ckpt …" as well.
    while set -q tokens[1]; and not string match -qr '(^|/)ckpt$' -- $tokens[1]
        set -e tokens[1]
    end
    set -e tokens[1]

    for word in $tokens
        if test -n "$plain"
            set count (math $count + 1)
        else if test $takes = one
            set takes none
        else if test $takes = many
            set takes any
        else if test "$word" = --
            set plain 1
            set takes none
        else if string match -q -- '-*=*' $word
            set takes none
        else if string match -q -- '-?*' $word
            set offer (__ckpt_flag "$place" "$word")
            set takes $offer[1]
            set -e offer[1]
        else if test $count -eq 0; and set -l next (__ckpt_enter "$place" "$word")
            set place "$next"
            set takes none
        else if test $takes = some
            set takes none
        else if test $takes != any
            set count (math $count + 1)
        end
    end

    if test -n "$plain"
        __ckpt_values '' "$typed" (__ckpt_argument "$place" $count)
    else if contains $takes one many
        __ckpt_values '' "$typed" $offer
    else if string match -q -- '--*=*' "$typed"
        set -l parts (string split -m 1 = -- "$typed")
        set offer (__ckpt_flag "$place" $parts[1])
        __ckpt_values "$parts[1]=" "$parts[2]" $offer[2..]
    else if string match -q -- '-*' "$typed"
        __ckpt_options "$place"
    else
        if test $takes != none
            __ckpt_values '' "$typed" $offer
        end
        if test $count -eq 0
            __ckpt_commands "$place"
        end
        __ckpt_values '' "$typed" (__ckpt_argument "$place" $count)
    end
end

# Offers what may stand for a value: behind what is before it, with what was typed of it, of a kind, of these words.
function __ckpt_values
    set -l lead $argv[1]
    set -l typed $argv[2]
    set -l words $argv[4..]
    switch $argv[3]
        case words
            printf '%s\\n' "$lead"$words
        case list
            printf '%s\\n' "$lead"(string replace -r '[^,]*$' '' -- "$typed")$words
        case files
            # As of a command of which nothing is known: fish then looks for files, whichever way they are quoted.
            for file in (complete -C "'' $typed")
                echo "$lead$file"
            end
        case folders
            for folder in (__fish_complete_directories "$typed")
                echo "$lead$folder"
            end
    end
end
`;

const TAIL = `function __ckpt_by_npx
    string match -qr '^npx( -[^ ]*)* ckpt( |$)' -- (string join ' ' -- (commandline -opc))
end

complete -c ckpt -e
complete -c ckpt -f -a '(__ckpt_complete)'
complete -c npx -n __ckpt_by_npx -f -a '(__ckpt_complete)'
`;
