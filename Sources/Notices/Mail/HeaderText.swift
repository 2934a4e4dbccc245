#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Text in the header of an e-mail.
enum HeaderText {
    /// How many bytes an encoded word takes: as many as make a line of 76 with the name of the field.
    private static let wordLimit = 39
    private static let plainLimit = 66

    /// A text on one line as it can stand in a header: as it is, or as encoded words (RFC 2047).
    static func encoded(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { (0x20..<0x7F).contains($0) }
        // What looks like an encoded word would be taken for one.
        if isPlain, text.utf8.count <= plainLimit, !text.contains("=?") { return text }
        return words(text).map { "=?utf-8?B?\(Data($0).base64EncodedString())?=" }.joined(separator: "\r\n ")
    }

    /// A text in parts that end with whole characters, as each is decoded by itself.
    private static func words(_ text: String) -> [[UInt8]] {
        var words: [[UInt8]] = [[]]
        for scalar in text.unicodeScalars {
            let bytes = Array(String(scalar).utf8)
            if words[words.count - 1].count + bytes.count > wordLimit { words.append([]) }
            words[words.count - 1] += bytes
        }
        return words
    }
}
