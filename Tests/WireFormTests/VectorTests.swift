import BatonWire
import Foundation
import SwiftProtobuf
import Testing

@testable import WireForm

/// The golden vectors: name, message, JSON and hex, one a line.
struct Vector: CustomTestStringConvertible, Sendable {
    let name: String
    let message: String
    let json: String
    let bytes: [UInt8]

    var testDescription: String { name }

    static let all: [Vector] = {
        guard
            let text = try? String(
                contentsOf: Fixtures.folder.appending(path: "../spec/wire/vectors.tsv"), encoding: .utf8)
        else { return [] }
        return text.split(separator: "\n").dropFirst().map { line in
            let cells = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            let hex = Array(cells[3].utf8)
            let bytes = stride(from: 0, to: hex.count, by: 2).compactMap {
                UInt8(String(decoding: hex[$0..<($0 + 2)], as: UTF8.self), radix: 16)
            }
            return Vector(name: cells[0], message: cells[1], json: cells[2], bytes: bytes)
        }
    }()
}

enum Fixtures {
    /// The recorded files: `LANTERN_FIXTURES`, else `../shared/fixtures` beside the checkout.
    static let folder = URL(
        filePath: ProcessInfo.processInfo.environment["LANTERN_FIXTURES"] ?? "../shared/fixtures",
        relativeTo: URL(filePath: FileManager.default.currentDirectoryPath + "/")
    ).standardizedFileURL
}

@Suite struct `a golden vector` {
    @Test func `is there`() {
        #expect(Vector.all.count > 30, "no fixtures at \(Fixtures.folder.path): set LANTERN_FIXTURES")
    }

    @Test(arguments: Vector.all) func `is transcoded to the reference's JSON`(vector: Vector) throws {
        let shape = try #require(WireSchema.shared.message(vector.message))
        var json = JSONText()
        try vector.bytes.withUnsafeBytes { try JSONTranscoder().append($0, as: shape, to: &json) }
        #expect(String(decoding: json.bytes, as: UTF8.self) == vector.json)
    }

    @Test(arguments: Vector.all) func `is encoded to the reference's bytes`(vector: Vector) throws {
        let type = try #require(WireTypes.all[vector.message])
        var options = BinaryEncodingOptions()
        options.useDeterministicOrdering = true
        let decoded = try type.init(serializedBytes: vector.bytes)
        let encoded: [UInt8] = try decoded.serializedBytes(options: options)
        if vector.name == "security_insight_go_order" {
            // Go writes the members of a oneof last; the message is the same.
            #expect(try type.init(serializedBytes: encoded).isEqualTo(message: decoded))
        } else {
            #expect(encoded == vector.bytes)
        }
    }
}
