/// A foreign text made fit for one line of an error or a log.
package enum OneLine {
    /// `text` without control characters and line breaks, at most `limit` characters of it.
    package static func text(_ text: some StringProtocol, limit: Int) -> String {
        var result = ""
        var wasBlank = true
        for character in text.unicodeScalars {
            guard result.unicodeScalars.count < limit else { return result + "…" }
            let isBlank =
                character.properties.isWhitespace || character.properties.generalCategory == .control
                || character.properties.generalCategory == .format
            if isBlank, !wasBlank { result += " " } else if !isBlank { result.unicodeScalars.append(character) }
            wasBlank = isBlank
        }
        return result.hasSuffix(" ") ? String(result.dropLast()) : result
    }
}
