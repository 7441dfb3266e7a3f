# Completes lines as a person would: types each and a tab into a terminal. Prints for each line, after its number, the
# words that could stand last. Works in the present folder, which has the completion in a file named "script".
zmodload zsh/zpty

cat > .start <<'START'
PROMPT=
autoload -Uz compinit && compinit -D -i
source ./script
bindkey '^I' complete-word
bindkey '^U' kill-whole-line
compadd() {
  # These only look which words match.
  if [[ " ${(j: :)@[1,(i)(-|--)]} " == *' -'[OAD]' '* ]]; then builtin compadd "$@"; return; fi
  local -a matches
  builtin compadd -A matches "$@"
  (( $#matches )) && print -rl -- $number$'\t'$IPREFIX${^matches} >> .matches
  builtin compadd "$@"
}
integer number=0
# Zsh forgets it each time.
finished() { (( number += 1 )); comppostfuncs=(finished); : > .finished }
comppostfuncs=(finished)
ready() { : > .ready }
zle -N zle-line-init ready
START

# A terminal that nobody reads fills up, and then stops.
await() {
  until [[ -e $1 ]]; do zpty -r terminal output; sleep 0.01; done
  rm $1
}

zpty -b terminal zsh -f -i
zpty -w terminal 'source ./.start'
await .ready
for line in "$@"; do
  zpty -w -n terminal $'\x15'$line$'\t'
  await .finished
done
zpty -d terminal
[[ ! -e .matches ]] || cat .matches
