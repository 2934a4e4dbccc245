import AccessModel
import BatonWire
import SwiftProtobuf

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension [Annotation] {
    /// The annotations with their content as bytes, in the order of the reference, instead of as the JSON they were read from.
    func repacked() throws -> [Annotation] {
        try map { annotation in
            guard let type = AnnotationTypes.type(of: annotation) else {
                throw ServiceError(.invalidArgument, "unknown annotation type \(annotation.typeURL)")
            }
            return try annotation.repacked(as: type)
        }
    }
}

extension Annotation {
    fileprivate func repacked<Payload: Message>(as type: Payload.Type) throws -> Annotation {
        let message = try Payload(unpackingAny: self)
        var copy = Annotation(carrying: message)
        copy.typeURL = typeURL
        if let insight = message as? C1_Connector_V2_SecurityInsightTrait {
            copy.value = Data(insight.serializedAsInGo())
        }
        return copy
    }
}

extension C1_Connector_V2_SecurityInsightTrait {
    /// The bytes with what is in a `oneof` last, which is how Go writes it and unlike the order of the field numbers.
    fileprivate func serializedAsInGo() -> [UInt8] {
        var plain = self
        plain.insightType = nil
        plain.target = nil
        var insight = Self()
        insight.insightType = insightType
        var target = Self()
        target.target = self.target
        return plain.serializedInOrder() + insight.serializedInOrder() + target.serializedInOrder()
    }
}

extension ResourceType {
    func repacked() throws -> ResourceType {
        var copy = self
        copy.annotations = try annotations.repacked()
        return copy
    }
}

extension Resource {
    func repacked() throws -> Resource {
        var copy = self
        copy.annotations = try annotations.repacked()
        return copy
    }
}

extension Entitlement {
    func repacked() throws -> Entitlement {
        var copy = self
        copy.annotations = try annotations.repacked()
        copy.grantableTo = try grantableTo.map { try $0.repacked() }
        if hasResource { copy.resource = try resource.repacked() }
        return copy
    }
}

extension Grant {
    func repacked() throws -> Grant {
        var copy = self
        copy.annotations = try annotations.repacked()
        if hasEntitlement { copy.entitlement = try entitlement.repacked() }
        if hasPrincipal { copy.principal = try principal.repacked() }
        return copy
    }
}
