extension CompletionTree {
    /// A script for zsh.
    var zsh: String {
        let walk = entries.flatMap { entry in
            (entry.valueFlags.isEmpty
                ? []
                : [
                    "            (\(entry.valueFlags.map { "\(entry.path)+\($0)" }.joined(separator: "|"))) expects_value=1 ;;"
                ])
                + entry.subcommands.map { "            (\(entry.path)+\($0.name)) place=\(entry.path)/\($0.name) ;;" }
        }
        let offers = entries.flatMap { entry in
            [
                "        (\(entry.path)+flags) candidates=(\(entry.flags.flatMap(described).joined(separator: " "))) ;;",
                "        (\(entry.path)+commands) candidates=(\(entry.subcommands.map(described).joined(separator: " "))) ;;",
            ]
        }
        return """
            #compdef \(program)
            # zsh completion for \(program)
            # Load it with: source <(\(program) completion zsh)

            _\(identifier)() {
                local place=\(program) expects_value=0 word kind=commands
                local -a candidates
                integer index
                for ((index = 2; index < CURRENT; index++)); do
                    word=${words[index]}
                    if ((expects_value)); then
                        expects_value=0
                        continue
                    fi
                    case "$place+$word" in
            \(walk.joined(separator: "\n"))
                    esac
                done
                if ((expects_value)); then
                    _files
                    return
                fi
                if [[ ${words[CURRENT]} == --*=* ]]; then
                    compset -P '*='
                    _files
                    return
                fi
                [[ ${words[CURRENT]} == -* ]] && kind=flags
                case "$place+$kind" in
            \(offers.joined(separator: "\n"))
                esac
                _describe "$kind" candidates
            }

            if [[ "${funcstack[1]}" == "_\(identifier)" ]]; then
                _\(identifier) "$@"
            else
                compdef _\(identifier) \(program)
            fi

            """
    }

    private func described(_ flag: Flag) -> [String] {
        flag.spellings.map { described($0, as: flag.help) }
    }

    private func described(_ command: Command) -> String {
        described(command.name, as: command.summary)
    }

    private func described(_ word: String, as text: String) -> String {
        quoted("\(word):\(text)", escapingQuotesAs: "'\\''")
    }
}
