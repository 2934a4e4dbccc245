import AccessModel
import WireForm

/// Tests whether the record of an entitlement or a grant is one that is wanted.
struct RecordTest {
    typealias Test = (UnsafeRawBufferPointer) throws(WireError) -> Bool

    private let kind: RecordKind

    init(_ kind: RecordKind) {
        self.kind = kind
    }

    /// Whether it is on a resource of a type, or on one resource.
    func isOn(type: String, id: String? = nil) -> Test {
        // Both kinds of reference begin with type and id.
        { record throws(WireError) in
            let reference = try record.wireBytes(3) ?? .nothing
            guard try reference.wireBytes(1).isText(type) else { return false }
            guard let id else { return true }
            return try reference.wireBytes(2).isText(id)
        }
    }

    /// Whether it grants the entitlement with an id.
    func isOf(entitlement id: String) -> Test {
        { record throws(WireError) in
            let reference = try record.wireBytes(3) ?? .nothing
            return try reference.wireBytes(3).isText(id)
        }
    }

    /// Whether a principal of a type holds it, or one principal.
    func isHeld(byType type: String, id: String? = nil) -> Test {
        { record throws(WireError) in
            let reference = try record.wireBytes(4) ?? .nothing
            guard try reference.wireBytes(1).isText(type) else { return false }
            guard let id else { return true }
            return try reference.wireBytes(2).isText(id)
        }
    }

    /// Whether it has an id, its own or the one that is made of what it refers to.
    func hasID(_ id: [UInt8]) -> Test {
        { record throws(WireError) in
            if let own = try record.wireBytes(2), !own.isEmpty { return own.elementsEqual(id) }
            var made = WireWriter()
            try GrantReferences(entitlement: record.wireBytes(3), principal: record.wireBytes(4)).appendID(to: &made)
            return made.bytes == id
        }
    }
}

extension UnsafeRawBufferPointer? {
    /// Whether the bytes are those of `text`; no bytes are those of an empty text.
    fileprivate func isText(_ text: String) -> Bool {
        (self ?? .nothing).elementsEqual(text.utf8)
    }
}
