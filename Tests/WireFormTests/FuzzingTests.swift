import BatonWire
import C1Z
import Foundation
import SeededNumbers
import SwiftProtobuf
import Testing

@testable import WireForm

extension SeededGenerator {
    fileprivate mutating func number(_ range: Range<Int>) -> Int { Int.random(in: range, using: &self) }

    fileprivate mutating func changed(_ original: [UInt8]) -> [UInt8] {
        var bytes = original
        for _ in 0..<number(1..<4) where !bytes.isEmpty {
            let place = number(0..<bytes.count)
            switch number(0..<4) {
            case 0: bytes[place] ^= 1 << UInt8(number(0..<8))
            case 1: bytes[place] = UInt8(number(0..<256))
            case 2: bytes.remove(at: place)
            default: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 8)], at: place)
            }
        }
        return bytes
    }
}

@Suite(.timeLimit(.minutes(2))) struct `bytes that may be anything` {
    private static func records(_ name: String) throws -> [(type: any Message.Type, bytes: [UInt8])] {
        let reader = try C1ZFile.open(Fixtures.folder.appending(path: "c1z/\(name)/sync.c1z").path)
        var records: [(type: any Message.Type, bytes: [UInt8])] = []
        let types: [(RecordKind, any Message.Type)] = [
            (.resourceType, C1_Connector_V2_ResourceType.self), (.resource, C1_Connector_V2_Resource.self),
            (.entitlement, C1_Connector_V2_Entitlement.self), (.grant, C1_Connector_V2_Grant.self),
        ]
        for (kind, type) in types {
            try reader.read(kind, of: nil, where: .all) { records.append((type, Array($0.data))) }
        }
        return records
    }

    @Test func `are JSON or refused, and JSON wherever SwiftProtobuf says so`() throws {
        try #require(AnyTypes.areRegistered)
        var generator = SeededGenerator(seed: 5)
        let records = try Self.records("kitchen-sqlite")
        var agreed = 0
        for _ in 0..<4000 {
            let record = records[generator.number(0..<records.count)]
            let bytes = generator.changed(record.bytes)
            let ours: String?
            do {
                ours = try transcoded(bytes, as: record.type.protoMessageName)
            } catch is WireError {
                ours = nil
            }
            if let ours { _ = try JSONValue(parsing: Array(ours.utf8)) }
            guard let message = try? record.type.init(serializedBytes: bytes), let theirs = try? message.jsonString()
            else {
                continue
            }
            // SwiftProtobuf prints an annotation of an unknown type when it is empty.
            guard try JSONValue(parsing: Array(theirs.utf8)).namesKnownTypes else { continue }
            let left = try ours.map { try canonical($0) }
            let right = try canonical(theirs)
            #expect(left == right, "\(record.type.protoMessageName) \(bytes)")
            agreed += 1
        }
        #expect(agreed > 300)
    }

    @Test func `are no message of any type, or its JSON`() throws {
        var generator = SeededGenerator(seed: 6)
        for name in WireSchema.shared.messageNames {
            for _ in 0..<6 {
                let bytes = (0..<generator.number(0..<40)).map { _ in
                    UInt8(generator.number(0..<256) >> generator.number(0..<5))
                }
                do {
                    _ = try JSONValue(parsing: Array(transcoded(bytes, as: name).utf8))
                } catch is WireError {
                    continue
                }
            }
        }
    }

    @Test func `are a JSON text that is printed as it was read, or none`() throws {
        var generator = SeededGenerator(seed: 7)
        let seeds = [
            #"{"a":[1,-2.5e-3,true,false,null,"x\u00e9\ud83d\ude00\n"],"b":{"c":{"d":[]}},"a":{}}"#,
            #"{"current_action_id":27,"completed_actions_count":27,"version":1,"actions_map":{"1":{"operation":"init"}}}"#,
        ].map { Array($0.utf8) }
        var read = 0
        for _ in 0..<6000 {
            let bytes = generator.changed(seeds[generator.number(0..<seeds.count)])
            let value = try? JSONValue(parsing: bytes)
            if (try? JSONSerialization.jsonObject(with: Data(bytes))) != nil {
                #expect(value != nil, "Foundation reads \(String(decoding: bytes, as: UTF8.self))")
            }
            guard let value else { continue }
            #expect(try JSONValue(parsing: Array(value.text.utf8)).text == value.text)
            read += 1
        }
        #expect(read > 500)
    }
}

extension JSONValue {
    /// Whether every annotation inside is of a type that the schema has.
    fileprivate var namesKnownTypes: Bool {
        let name = self["@type"]?.string.map { String($0.split(separator: "/").last ?? "") }
        if let name, WireSchema.shared.message(name) == nil { return false }
        return elements.allSatisfy(\.namesKnownTypes) && members.allSatisfy(\.value.namesKnownTypes)
    }
}
