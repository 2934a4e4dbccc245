import BatonWire
import C1Z
import Foundation
import SwiftProtobuf
import Testing

@testable import WireForm

/// Compares the transcoder with SwiftProtobuf on every recorded message.
@Suite struct `a recorded message` {
    private static let files: [String] = {
        let folder = Fixtures.folder.appending(path: "c1z")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.filter {
            $0.hasSuffix("-sqlite") && $0 != "medium-sqlite" || $0 == "demo-old" || $0 == "postgres-v1"
        }
        .sorted()
    }()

    @Test func `is there`() {
        #expect(Self.files.count >= 27)
    }

    @Test(arguments: files) func `has the JSON that SwiftProtobuf gives`(name: String) throws {
        try #require(AnyTypes.areRegistered)
        let reader = try C1ZFile.open(Fixtures.folder.appending(path: "c1z/\(name)/sync.c1z").path)
        let types: [(RecordKind, any Message.Type)] = [
            (.resourceType, C1_Connector_V2_ResourceType.self), (.resource, C1_Connector_V2_Resource.self),
            (.entitlement, C1_Connector_V2_Entitlement.self), (.grant, C1_Connector_V2_Grant.self),
        ]
        for (kind, type) in types {
            try reader.read(kind, of: nil, where: .all) { record in
                let bytes = Array(record.data)
                let ours = try transcoded(bytes, as: type.protoMessageName)
                let theirs = try type.init(serializedBytes: bytes).jsonString()
                let (left, right) = (try canonical(ours), try canonical(theirs))
                #expect(left == right)
                if let expansion = record.expansion.map({ Array($0) }) {
                    let expandable = C1_Connector_V2_GrantExpandable.self
                    #expect(
                        try canonical(transcoded(expansion, as: expandable.protoMessageName))
                            == canonical(expandable.init(serializedBytes: expansion).jsonString()))
                }
            }
        }
    }
}

/// The same JSON with its members in order, so that field and map order don't matter.
func canonical(_ json: String) throws -> String {
    func sorted(_ value: JSONValue) -> JSONValue {
        switch value {
        case .array(let elements): .array(elements.map(sorted))
        case .object(let members):
            .object(
                members.map { ($0.name, sorted($0.value)) }.sorted {
                    $0.0.utf8.lexicographicallyPrecedes($1.0.utf8)
                })
        // SwiftProtobuf prints whole numbers with a fraction.
        case .number(let text): .number(Double(text)?.description ?? text)
        default: value
        }
    }
    return sorted(try JSONValue(parsing: Array(json.utf8))).text
}
