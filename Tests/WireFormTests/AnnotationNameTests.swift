import AccessModel
import BatonWire
import SwiftProtobuf
import Testing
import WireForm

@Suite struct `the name of a serialized annotation` {
    private func name(_ url: String) throws -> String? {
        try Annotation.with { $0.typeURL = url }.serializedInOrder().withUnsafeBytes { try $0.annotationName?.text }
    }

    @Test(arguments: [
        ("type.googleapis.com/c1.connector.v2.UserTrait", "c1.connector.v2.UserTrait"), ("a/b/c", "c"), ("c", "c"),
        ("a/", ""), ("/c", "c"),
        // A slash is one byte, whatever stands behind it.
        ("a/\u{301}c", "\u{301}c"),
    ]) func `is what follows the last slash of its URL`(url: String, expected: String) throws {
        #expect(try name(url)?.hasSameBytes(as: expected) == true)
        #expect(Annotation.with { $0.typeURL = url }.messageName.utf8.elementsEqual(expected.utf8))
    }

    @Test func `is nothing without a URL`() throws {
        #expect(try name("") == nil)
    }

    @Test(
        arguments: [
            ("c1.connector.v2.UserTrait", true), ("UserTrait", false), ("c1.connector.v2.UserTraits", false),
            ("c1.connector.v2.usertrait", false), ("", false),
        ] as [(StaticString, Bool)]) func `is compared to the letter`(name: StaticString, isEqual: Bool) throws
    {
        let annotation = Annotation(carrying: C1_Connector_V2_UserTrait()).serializedInOrder()
        #expect(try annotation.withUnsafeBytes { try $0.isAnnotation(named: name) } == isEqual)
    }

    @Test func `can't be read of what is no message`() {
        let bytes: [UInt8] = [0xFF]
        #expect(throws: WireError.self) { try bytes.withUnsafeBytes { try $0.annotationName?.text } }
    }
}
