import AccessModel
import BatonWire
import CommandLineKit
import ConnectorKit
import Logging
import SwiftProtobuf

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Where an operation tells what came of it: on standard output with `--output json`, otherwise in the log.
struct OperationReport: Sendable {
    let log: Logger
    /// Prints to standard output.
    let print: @Sendable (String) -> Void
    private let printsJSON: Bool

    init(_ flags: ParsedFlags, log: Logger, print: @escaping @Sendable (String) -> Void) {
        self.log = log
        self.print = print
        printsJSON = flags.string("output") == "json"
    }

    /// Tells the result.
    ///
    /// - Parameters:
    ///   - line: what it says in the log, beside `details`.
    ///   - issued: credentials that came with it; they never go to the log.
    func tell(
        _ result: some Message, as line: String, _ details: Logger.Metadata = [:], issued: IssuedCredentials? = nil
    ) {
        guard printsJSON, let json = json(of: result, after: line) else {
            log.info("\(line)", metadata: details)
            for line in issued?.lines ?? [] { print(line + "\n") }
            return
        }
        print(JSONText.indented(Self.adding(issued?.shown ?? [], to: json)) + "\n")
    }

    /// Tells the result, which is also in the log.
    func tell(_ result: some Message, as line: String, under key: String, count: Int? = nil) {
        var details: Logger.Metadata = count.map { ["count": "\($0)"] } ?? [:]
        if !printsJSON, let json = json(of: result, after: line) { details[key] = "\(json)" }
        tell(result, as: line, details)
    }

    /// The result as JSON; nil when it can't be, which doesn't undo what was done and must not lose what came with it.
    private func json(of result: some Message, after line: String) -> String? {
        do {
            return try ProtobufJSON.line(of: result)
        } catch {
            log.warning("\(line), but the answer can't be shown as JSON: \(error)")
            return nil
        }
    }

    private static func adding(_ credentials: [NewCredential], to json: String) -> String {
        guard !credentials.isEmpty else { return json }
        let items = credentials.map { credential in
            JSONText.object([
                ("name", JSONText.quoted(credential.name)), ("value", JSONText.quoted(credential.value.reveal())),
            ])
        }
        let member = JSONText.quoted("credentials") + ":" + JSONText.array(items)
        return json == "{}" ? "{\(member)}" : json.dropLast() + ",\(member)}"
    }
}

/// Credentials that an operation brought.
struct IssuedCredentials {
    /// Those that may be seen in the clear.
    let shown: [NewCredential]
    /// Those for their recipients.
    let encrypted: [C1_Connector_V2_EncryptedData]

    /// They as text, the encrypted ones in base 64: what comes out of it is an age file or a JWE.
    fileprivate var lines: [String] {
        shown.map { "\($0.name): \($0.value.reveal())" }
            + encrypted.map { data in
                // Some kinds are base 64 text already (connector-runtime.md §14.2).
                let isText = data.provider.hasPrefix("baton/jwk")
                let text =
                    isText
                    ? String(decoding: data.encryptedBytes, as: UTF8.self) : data.encryptedBytes.base64EncodedString()
                return "\(data.name) for \(data.keyIds.first ?? data.keyID): \(text)"
            }
    }
}
