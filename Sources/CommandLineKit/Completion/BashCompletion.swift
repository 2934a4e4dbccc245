extension CompletionTree {
    /// A script for bash, 3.2 and later.
    var bash: String {
        let walk = entries.flatMap { entry in
            arm(entry.path, entry.valueFlags, "expects_value=1")
                + entry.subcommands.map { "            \(entry.path)+\($0.name)) place=\(entry.path)/\($0.name) ;;" }
        }
        let offers = entries.flatMap { entry in
            [
                "        \(entry.path)+flags) words=\"\(entry.flags.flatMap(\.spellings).joined(separator: " "))\" ;;",
                "        \(entry.path)+commands) words=\"\(entry.subcommands.map(\.name).joined(separator: " "))\" ;;",
            ]
        }
        return """
            # bash completion for \(program)
            # Load it with: source <(\(program) completion bash)

            __\(identifier)_complete() {
                local current="${COMP_WORDS[COMP_CWORD]}" place=\(program) expects_value=0 words="" word index
                COMPREPLY=()
                for ((index = 1; index < COMP_CWORD; index++)); do
                    word="${COMP_WORDS[index]}"
                    if ((expects_value)); then
                        [[ "$word" == "=" ]] || expects_value=0
                        continue
                    fi
                    case "$place+$word" in
            \(walk.joined(separator: "\n"))
                    esac
                done
                if ((expects_value)) || [[ "$current" == "=" ]]; then
                    return
                fi
                case "$place+$([[ "$current" == -* ]] && echo flags || echo commands)" in
            \(offers.joined(separator: "\n"))
                esac
                COMPREPLY=($(compgen -W "$words" -- "$current"))
            }

            complete -o default -F __\(identifier)_complete \(program)

            """
    }

    private func arm(_ path: String, _ words: [String], _ action: String) -> [String] {
        guard !words.isEmpty else { return [] }
        return ["            \(words.map { "\(path)+\($0)" }.joined(separator: "|"))) \(action) ;;"]
    }
}
