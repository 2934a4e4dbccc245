public import SwiftProtobuf

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension Annotation {
    /// The annotation that carries `message`, its maps in byte order so that equal messages give equal bytes.
    public init<Payload: Message>(carrying message: Payload) {
        self.init()
        typeURL = "type.googleapis.com/" + Payload.protoMessageName
        value = Data(message.serializedInOrder())
    }

    /// Whether this annotation carries a message of type `Payload`, whatever the host part of its URL.
    public func carries<Payload: Message>(_ type: Payload.Type) -> Bool {
        messageName.utf8.elementsEqual(Payload.protoMessageName.utf8)
    }

    /// The full name of the message inside: what follows the last slash of the URL.
    public var messageName: Substring {
        let bytes = typeURL.utf8
        return bytes.lastIndex(of: UInt8(ascii: "/")).map { typeURL[bytes.index(after: $0)...] } ?? typeURL[...]
    }
}

extension [Annotation] {
    /// The first annotation of type `Payload`.
    ///
    /// - Throws: `BinaryDecodingError` when its bytes are not such a message.
    public func first<Payload: Message>(_ type: Payload.Type) throws -> Payload? {
        guard let annotation = first(where: { $0.carries(type) }) else { return nil }
        return try Payload(serializedBytes: annotation.value)
    }

    /// Every annotation of type `Payload`, in order.
    ///
    /// - Throws: `BinaryDecodingError` when one of them is not such a message.
    public func all<Payload: Message>(_ type: Payload.Type) throws -> [Payload] {
        try filter { $0.carries(type) }.map { try Payload(serializedBytes: $0.value) }
    }

    /// Whether an annotation of type `Payload` is there.
    public func contains<Payload: Message>(_ type: Payload.Type) -> Bool {
        contains { $0.carries(type) }
    }

    /// Replaces every annotation of the message's type by `message`, or appends it when there is none.
    public mutating func update<Payload: Message>(_ message: Payload) {
        guard let place = firstIndex(where: { $0.carries(Payload.self) }) else { return append(carrying: message) }
        self[place] = Annotation(carrying: message)
        let later = self[(place + 1)...].filter { !$0.carries(Payload.self) }
        self = self[...place] + later
    }

    /// Appends `message`, even when one of its type is there already.
    public mutating func append<Payload: Message>(carrying message: Payload) {
        append(Annotation(carrying: message))
    }
}

extension Message {
    /// The message's bytes with maps in key order, as the ecosystem stores and compares them.
    public func serializedInOrder() -> [UInt8] {
        var options = BinaryEncodingOptions()
        options.useDeterministicOrdering = true
        do {
            return try serializedBytes(partial: true, options: options)
        } catch {
            // A partial proto3 message can only fail to encode when it exceeds 2 GiB, far above every page limit.
            preconditionFailure("\(Self.protoMessageName) can't be serialized: \(error)")
        }
    }
}
