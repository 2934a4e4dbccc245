/// A parser of foreign bytes, as libFuzzer and the tests call it.
struct FuzzTarget: Sendable {
    /// What `scripts/fuzz` and the folder of its seeds call it.
    let name: String
    /// The longest input worth trying, in bytes.
    let longest: Int
    /// Reads an input; whatever it throws is a finding.
    let run: @Sendable ([UInt8]) async throws -> Void

    init(_ name: String, longest: Int = 4096, _ run: @escaping @Sendable ([UInt8]) async throws -> Void) {
        self.name = name
        self.longest = longest
        self.run = run
    }

    static let all =
        wire + file + pebble + ids + commandLine + settings + http + credentials + accounts + access + server + storage
        + directory

    static func named(_ name: String) -> FuzzTarget? { all.first { $0.name == name } }
}

/// Something a parser ought to keep and didn't.
struct BrokenPromise: Error, CustomStringConvertible {
    let description: String
}

/// Makes it a finding when something doesn't hold.
func promise(_ holds: Bool, _ text: @autoclosure () -> String) throws(BrokenPromise) {
    guard holds else { throw BrokenPromise(description: text()) }
}

/// Runs `body`, which may refuse its input with an error of this type and no other.
func refusing<Refusal: Error>(_ type: Refusal.Type, _ body: () async throws -> Void) async throws {
    do {
        try await body()
    } catch is Refusal {
        // That is how bad input should end.
    }
}

extension [UInt8] {
    /// The bytes as text; what is not UTF-8 is replaced.
    var asText: String { String(decoding: self, as: UTF8.self) }

    /// The lines as texts.
    var textLines: [String] {
        split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map {
            String(decoding: $0, as: UTF8.self)
        }
    }
}
