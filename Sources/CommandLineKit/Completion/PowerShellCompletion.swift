extension CompletionTree {
    /// A script for PowerShell.
    var powerShell: String {
        let walk = entries.flatMap { entry in
            entry.valueFlags.map { "            '\(entry.path)+\($0)' { $expectsValue = $true }" }
                + entry.subcommands.map {
                    "            '\(entry.path)+\($0.name)' { $place = '\(entry.path)/\($0.name)' }"
                }
        }
        let offers = entries.flatMap { entry in
            ["        '\(entry.path)' {"]
                + entry.subcommands.map { offer($0.name, $0.summary) }
                + entry.flags.flatMap { flag in flag.spellings.map { offer($0, flag.help) } }
                + ["        }"]
        }
        return """
            # PowerShell completion for \(program)
            # Load it with: \(program) completion powershell | Out-String | Invoke-Expression

            Register-ArgumentCompleter -Native -CommandName '\(program)' -ScriptBlock {
                param($wordToComplete, $commandAst, $cursorPosition)
                $place = '\(program)'
                $expectsValue = $false
                $words = $commandAst.CommandElements | Select-Object -Skip 1 |
                    Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object { $_.ToString() }
                foreach ($word in $words) {
                    if ($expectsValue) {
                        $expectsValue = $false
                        continue
                    }
                    switch -CaseSensitive ("$place+$word") {
            \(walk.joined(separator: "\n"))
                    }
                }
                if ($expectsValue) { return }
                $offers = switch ($place) {
            \(offers.joined(separator: "\n"))
                }
                $offers | Where-Object { $_[0] -clike "$wordToComplete*" } | ForEach-Object {
                    [System.Management.Automation.CompletionResult]::new($_[0], $_[0], 'ParameterValue', $_[1])
                }
            }

            """
    }

    private func offer(_ word: String, _ help: String) -> String {
        "            , @(\(text(word)), \(text(help.isEmpty ? word : help)))"
    }

    private func text(_ text: String) -> String {
        quoted(text, escapingQuotesAs: "''")
    }
}
