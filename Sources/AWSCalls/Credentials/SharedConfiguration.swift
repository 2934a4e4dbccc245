import AccessModel

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The files `~/.aws/config` and `~/.aws/credentials`, or those that `AWS_CONFIG_FILE` and `AWS_SHARED_CREDENTIALS_FILE` name.
package struct SharedConfiguration: Sendable {
    /// The profile that is gone by.
    package let profileName: String
    /// Whether somebody named it.
    package let isProfileNamed: Bool
    private let profiles: [String: [String: String]]

    /// - Throws: ``AWSError`` for a line that is none of such a file, with its number.
    init(_ variables: [String: String]) throws(AWSError) {
        let named =
            variables["AWS_PROFILE"].flatMap { $0.isEmpty ? nil : $0 }
            ?? variables["AWS_DEFAULT_PROFILE"].flatMap { $0.isEmpty ? nil : $0 }
        profileName = named ?? "default"
        isProfileNamed = named != nil
        let folder = "\(variables["HOME"] ?? "")/.aws"
        func text(_ variable: String, _ usual: String) -> (path: String, text: String)? {
            let path = variables[variable].flatMap { $0.isEmpty ? nil : $0 } ?? "\(folder)/\(usual)"
            // Neither has to be there.
            return (try? String(contentsOfFile: path, encoding: .utf8)).map { (path, $0) }
        }
        var all: [String: [String: String]] = [:]
        if let file = text("AWS_CONFIG_FILE", "config") {
            for (section, values) in try Self.read(file.text, from: file.path)
            where section == "default" || section.hasPrefix("profile ") {
                let name = section == "default" ? section : String(section.dropFirst("profile ".count))
                all[name.trimmed, default: [:]].merge(values) { $1 }
            }
        }
        if let file = text("AWS_SHARED_CREDENTIALS_FILE", "credentials") {
            for (section, values) in try Self.read(file.text, from: file.path) {
                all[section, default: [:]].merge(values) { $1 }
            }
        }
        profiles = all
    }

    /// The settings of a profile; nil when it isn't there.
    package func profile(_ name: String) -> [String: String]? { profiles[name] }

    /// Sections and their values, the names in lower case.
    package static func read(_ text: String, from path: String) throws(AWSError) -> [(String, [String: String])] {
        var sections: [(String, [String: String])] = []
        for (number, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            // What is indented belongs to a setting with several parts, of which none is needed here.
            if line.first == " " || line.first == "\t" { continue }
            let plain = String(line).trimmed
            if plain.isEmpty || plain.hasPrefix("#") || plain.hasPrefix(";") { continue }
            if plain.hasPrefix("[") {
                guard let end = plain.firstIndex(of: "]") else {
                    throw AWSError(
                        .invalidArgument, "\(path), line \(number + 1): the name of a profile ends with ].")
                }
                let words = plain[plain.index(after: plain.startIndex)..<end].split { $0 == " " || $0 == "\t" }
                sections.append((words.joined(separator: " ").replacing("\"", with: ""), [:]))
                continue
            }
            guard let equals = plain.firstIndex(of: "="), !sections.isEmpty else {
                throw AWSError(
                    .invalidArgument, "\(path), line \(number + 1): is neither [profile] nor name = value.")
            }
            let name = String(plain[..<equals]).trimmed.lowercased()
            var value = String(plain[plain.index(after: equals)...])
            if let comment = value.firstRange(of: " #") { value = String(value[..<comment.lowerBound]) }
            sections[sections.count - 1].1[name] = value.trimmed
        }
        return sections
    }
}

extension String {
    package var trimmed: String {
        var rest = self[...]
        while rest.first?.isWhitespace == true { rest = rest.dropFirst() }
        while rest.last?.isWhitespace == true { rest = rest.dropLast() }
        return String(rest)
    }
}
