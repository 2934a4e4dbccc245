import AccessModel
import SwiftProtobuf
import WireForm

/// An annotation that says something by being there.
struct AnnotationMark: Sendable {
    /// The serialized annotation.
    private let annotation: [UInt8]
    private let name: [UInt8]
    /// The number of the record's annotation field.
    private let field: Int

    init(_ mark: some Message, in field: Int) {
        annotation = Annotation(carrying: mark).serializedInOrder()
        name = Array(type(of: mark).protoMessageName.utf8)
        self.field = field
    }

    /// Whether the record has the mark.
    func isOn(_ record: UnsafeRawBufferPointer) throws(WireError) -> Bool {
        var reader = WireReader(record)
        while let field = try reader.next() {
            guard field.number == self.field, let found = try field.bytes.annotationName else { continue }
            if found.elementsEqual(name) { return true }
        }
        return false
    }

    /// The record with the mark as its last annotation, unless it has it already.
    func put(on record: UnsafeRawBufferPointer) throws(WireError) -> [UInt8] {
        guard try !isOn(record) else { return Array(record) }
        var before = WireWriter()
        var after = WireWriter()
        var reader = WireReader(record)
        while let field = try reader.next() {
            if field.number <= self.field { before.append(field.whole) } else { after.append(field.whole) }
        }
        before.field(field, annotation)
        return before.bytes + after.bytes
    }
}
