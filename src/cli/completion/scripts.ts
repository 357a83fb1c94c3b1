/**
 * What a shell reads to complete our command line: it asks `convosync complete`, and shows what that answers (see `candidates`).
 * Words are handed over as they are typed: nothing of them is run, as a shell would run `$(…)` in them.
 */
export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/** For bash from 3.2 on, which macOS has: no arrays of lines, and file names without `compopt`. */
const bash = `# Completion of convosync for bash.
_convosync() {
  local current=\${COMP_WORDS[COMP_CWORD]} also='' line value
  [ "$current" = '=' ] && current=''
  COMPREPLY=()
  while IFS= read -r line; do
    if [ -z "$also" ]; then
      also=$line
    else
      value=\${line%%$'\\t'*}
      case $current in
        \\"* | \\'*) COMPREPLY+=("$value") ;;
        *) COMPREPLY+=("$(printf '%q' "$value")") ;;
      esac
    fi
  done < <(convosync complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  case $also in
    files | folders)
      compopt -o filenames 2>/dev/null
      while IFS= read -r value; do
        COMPREPLY+=("$value")
      done < <(if [ "$also" = files ]; then compgen -f -- "$current"; else compgen -d -- "$current"; fi)
      ;;
  esac
}
complete -F _convosync convosync
`;

const zsh = `#compdef convosync
# Completion of convosync for zsh.
_convosync() {
  local -a answer candidates
  local line
  answer=("\${(@f)$(convosync complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  for line in "\${(@)answer[2,-1]}"; do
    candidates+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
  done
  case $answer[1] in
    files) _files ;;
    folders) _files -/ ;;
  esac
  (( $#candidates )) && _describe -V 'convosync' candidates
}
if [ "$funcstack[1]" = _convosync ]; then
  _convosync "$@"
else
  compdef _convosync convosync
fi
`;

const fish = `# Completion of convosync for fish.
function __convosync_complete
  set -l words (commandline -opc)
  set -l answer (convosync complete -- $words[2..] (commandline -ct) 2>/dev/null)
  switch "$answer[1]"
    case files
      __fish_complete_path (commandline -ct)
    case folders
      __fish_complete_directories (commandline -ct)
  end
  printf '%s\\n' $answer[2..]
end
complete -c convosync -f -a '(__convosync_complete)'
`;

export const completionScripts: Readonly<Record<Shell, string>> = { bash, zsh, fish };
