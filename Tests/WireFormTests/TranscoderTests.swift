import BatonWire
import Foundation
import SwiftProtobuf
import Testing

@testable import WireForm

/// The JSON of a message by its name.
func transcoded(_ bytes: [UInt8], as name: String) throws -> String {
    let shape = try #require(WireSchema.shared.message(name))
    var json = JSONText()
    try bytes.withUnsafeBytes { try JSONTranscoder().append($0, as: shape, to: &json) }
    return String(decoding: json.bytes, as: UTF8.self)
}

func transcoded(_ message: some Message) throws -> String {
    try transcoded(message.serializedBytes(), as: type(of: message).protoMessageName)
}

/// A message from fields, each as its writer says.
func wire(_ fields: (inout WireWriter) -> Void) -> [UInt8] {
    var writer = WireWriter()
    fields(&writer)
    return writer.bytes
}

@Suite struct `the JSON of a message` {
    private let resource = "c1.connector.v2.Resource"
    private let any = "google.protobuf.Any"

    @Test func `leaves out annotations of unknown types`() throws {
        let known = wire {
            $0.field(1, "type.googleapis.com/c1.connector.v2.SkipGrants")
        }
        let unknown = wire {
            $0.field(1, "type.googleapis.com/future.Thing")
            $0.field(2, [1, 2, 3])
        }
        let mixed = try transcoded(
            wire { for item in [unknown, known, unknown] { $0.field(4, item) } }, as: "c1.connector.v2.Grant")
        #expect(mixed == #"{"annotations":[{"@type":"type.googleapis.com/c1.connector.v2.SkipGrants"}]}"#)
        #expect(try transcoded(wire { $0.field(4, unknown) }, as: "c1.connector.v2.Grant") == "{}")
        #expect(throws: WireError.self) { try transcoded(unknown, as: any) }
    }

    @Test func `has the url of an annotation as it is stored`() throws {
        for url in ["c1.connector.v2.SkipGrants", "/c1.connector.v2.SkipGrants", "x/y/c1.connector.v2.SkipGrants"] {
            #expect(try transcoded(wire { $0.field(1, url) }, as: any) == "{\"@type\":\"\(url)\"}")
        }
        #expect(try transcoded([], as: any) == "{}")
    }

    @Test func `has well-known types inside an annotation as a value`() throws {
        let time = Google_Protobuf_Any.with {
            $0.typeURL = "type.googleapis.com/google.protobuf.Timestamp"
            $0.value = Data([8, 1])
        }
        #expect(
            try transcoded(time)
                == #"{"@type":"type.googleapis.com/google.protobuf.Timestamp","value":"1970-01-01T00:00:01Z"}"#)
    }

    @Test func `has map entries in byte order, the last of each key`() throws {
        func entry(_ key: String, _ value: String) -> [UInt8] {
            wire {
                $0.field(1, key)
                $0.field(2, wire { $0.field(3, value) })
            }
        }
        let bytes = wire {
            for (key, value) in [("b", "1"), ("\u{E9}", "2"), ("a", "3"), ("b", "4"), ("e\u{301}", "5"), ("B", "6")] {
                $0.field(1, entry(key, value))
            }
        }
        let json = try transcoded(bytes, as: "google.protobuf.Struct")
        let expected = "{\"B\":\"6\",\"a\":\"3\",\"b\":\"4\",\"e\u{301}\":\"5\",\"\u{E9}\":\"2\"}"
        #expect(Array(json.utf8) == Array(expected.utf8))
    }

    @Test func `has a map entry without key or value as empty`() throws {
        #expect(try transcoded(wire { $0.field(1, [UInt8]()) }, as: "google.protobuf.Struct") == #"{"":null}"#)
        #expect(try transcoded([], as: "google.protobuf.Struct") == "{}")
        #expect(try transcoded([], as: "google.protobuf.ListValue") == "[]")
        #expect(try transcoded([], as: "google.protobuf.Value") == "null")
    }

    @Test func `merges a message that is there in parts`() throws {
        let bytes = wire {
            $0.field(1, wire { $0.field(1, "user") })
            $0.field(1, wire { $0.field(2, "u1") })
            $0.field(1, wire { $0.field(1, "group") })
        }
        #expect(try transcoded(bytes, as: resource) == #"{"id":{"resourceType":"group","resource":"u1"}}"#)
        let decoded = try C1_Connector_V2_Resource(serializedBytes: bytes)
        #expect(decoded.id.resourceType == "group" && decoded.id.resource == "u1")
    }

    @Test func `has the last scalar and the last of a oneof`() throws {
        let twice = wire {
            $0.field(3, "first")
            $0.field(3, "second")
        }
        #expect(try transcoded(twice, as: resource) == #"{"displayName":"second"}"#)
        let values = wire {
            $0.field(3, "text")
            $0.append([0x20, 1])
            $0.field(3, "")
        }
        #expect(try transcoded(values, as: "google.protobuf.Value") == #""""#)
    }

    @Test func `leaves out zeros unless they are said`() throws {
        #expect(try transcoded(wire { $0.field(3, "") }, as: resource) == "{}")
        #expect(try transcoded([0x20, 0], as: "google.protobuf.Value") == "false")
        #expect(try transcoded(wire { $0.field(1, [UInt8]()) }, as: resource) == #"{"id":{}}"#)
    }

    @Test(
        arguments: [
            (0.0, "0"), (-0.0, "-0"), (1, "1"), (-1.5, "-1.5"), (100, "100"), (1e20, "100000000000000000000"),
            (1e21, "1e+21"),
            (1.5e300, "1.5e+300"), (1e-6, "0.000001"), (1e-7, "1e-7"), (1.25e-7, "1.25e-7"), (123456.789, "123456.789"),
            (9007199254740992, "9007199254740992"), (.leastNonzeroMagnitude, "5e-324"),
            (1.7976931348623157e308, "1.7976931348623157e+308"),
            (0.1, "0.1"), (1.0 / 3, "0.3333333333333333"), (123e19, "1.23e+21"), (.nan, "\"NaN\""),
            (.infinity, "\"Infinity\""),
            (-.infinity, "\"-Infinity\""),
        ] as [(Double, String)]) func `has numbers as JavaScript prints them`(number: Double, text: String) throws
    {
        var json = JSONText()
        json.number(number, shortest: number.description)
        #expect(String(decoding: json.bytes, as: UTF8.self) == text)
    }

    @Test func `has shortest 32-bit numbers`() throws {
        let bytes: [UInt8] = [0x0D, 0xCD, 0xCC, 0xCC, 0x3D]
        #expect(try transcoded(bytes, as: "google.protobuf.FloatValue") == "0.1")
    }

    @Test(
        arguments: [
            (0, 0, "1970-01-01T00:00:00Z"), (-62_135_596_800, 0, "0001-01-01T00:00:00Z"),
            (253_402_300_799, 999_999_999, "9999-12-31T23:59:59.999999999Z"),
            (1, 500_000_000, "1970-01-01T00:00:01.500Z"),
            (1, 1_000, "1970-01-01T00:00:01.000001Z"), (-1, 1, "1969-12-31T23:59:59.000000001Z"),
            (1_709_164_800, 0, "2024-02-29T00:00:00Z"),
        ] as [(Int64, Int32, String)]) func `has times of the years 1 to 9999`(
            seconds: Int64, nanos: Int32, text: String
        ) throws
    {
        let time = Google_Protobuf_Timestamp(seconds: seconds, nanos: nanos)
        #expect(try transcoded(time) == "\"\(text)\"")
        #expect(try time.jsonString() == "\"\(text)\"")
    }

    @Test(
        arguments: [
            (-62_135_596_801, 0), (253_402_300_800, 0), (.max, 0), (.min, 0), (0, -1), (0, 1_000_000_000), (0, .max),
            (0, .min),
        ] as [(Int64, Int32)]) func `has no other times`(seconds: Int64, nanos: Int32)
    {
        #expect(throws: WireError.self) { try transcoded(Google_Protobuf_Timestamp(seconds: seconds, nanos: nanos)) }
    }

    @Test(
        arguments: [
            (30, 0, "30s"), (1, 500_000_000, "1.500s"), (-1, -500_000_000, "-1.500s"), (0, -1, "-0.000000001s"),
            (0, 0, "0s"),
            (315_576_000_000, 999_999_999, "315576000000.999999999s"),
        ] as [(Int64, Int32, String)]) func `has durations of seconds`(seconds: Int64, nanos: Int32, text: String)
        throws
    {
        #expect(try transcoded(Google_Protobuf_Duration(seconds: seconds, nanos: nanos)) == "\"\(text)\"")
    }

    @Test(
        arguments: [
            (315_576_000_001, 0), (.max, 0), (.min, 0), (0, .max), (0, .min), (0, 1_000_000_000), (1, -1), (-1, 1),
        ] as [(Int64, Int32)]) func `has no other durations`(seconds: Int64, nanos: Int32)
    {
        #expect(throws: WireError.self) { try transcoded(Google_Protobuf_Duration(seconds: seconds, nanos: nanos)) }
    }

    @Test(arguments: 0...10) func `has bytes in base 64`(count: Int) throws {
        let content = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 83 &+ 200) }
        let json = try transcoded(wire { $0.field(1, content) }, as: "google.protobuf.BytesValue")
        #expect(json == "\"\(Data(content).base64EncodedString())\"")
    }

    @Test func `ends where messages nest too deeply`() throws {
        func nested(_ depth: Int) -> [UInt8] {
            (0..<depth).reduce([UInt8]()) { inner, _ in wire { $0.field(6, wire { $0.field(1, inner) }) } }
        }
        #expect(try transcoded(nested(10), as: "google.protobuf.Value").count == 24)
        #expect(throws: WireError.self) { try transcoded(nested(600), as: "google.protobuf.Value") }
        #expect(throws: WireError.self) { try transcoded(nested(3000), as: "google.protobuf.Value") }
        let anys = (0..<1500).reduce([UInt8]()) { inner, _ in
            wire {
                $0.field(1, "/google.protobuf.Any")
                $0.field(2, inner)
            }
        }
        #expect(throws: WireError.self) { try transcoded(anys, as: any) }
        let groups = [UInt8](repeating: 0x0B, count: 100_000)
        #expect(throws: WireError.self) { try transcoded(groups, as: resource) }
    }

    @Test func `has unknown values of an enumeration as numbers`() throws {
        let status = C1_Connector_V2_UserTrait.Status.with { $0.status = .UNRECOGNIZED(77) }
        #expect(try transcoded(status) == #"{"status":77}"#)
    }

    @Test func `ignores fields it doesn't know, and those of another wire type`() throws {
        let bytes = wire {
            $0.field(31_337, "future")
            $0.append([0x18, 5])
            $0.append([0x0B, 0x08, 1, 0x0C])
            $0.field(3, "name")
        }
        #expect(try transcoded(bytes, as: resource) == #"{"displayName":"name"}"#)
    }

    @Test(
        arguments: [
            [0x00], [0x0A], [0x0A, 5, 1], [0x0A, 0xFF], [0x0C], [0x0F], [0x0E], [0x07],
            [0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01],
            [0x08, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01], [0x0B, 0x14],
            [0xF8, 0xFF, 0xFF, 0xFF, 0xFF, 0x01, 0], [0x09, 1, 2, 3], [0x0D, 1],
        ] as [[UInt8]]) func `is none for bytes that are no message`(bytes: [UInt8])
    {
        #expect(throws: WireError.self) { try transcoded(bytes, as: resource) }
    }
}

extension WireWriter {
    mutating func append(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { append($0) }
    }
}
