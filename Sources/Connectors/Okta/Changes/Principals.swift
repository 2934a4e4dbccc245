import AccessModel
import BatonWire

extension Resource {
    /// Checks that this is somebody who can hold `what`.
    ///
    /// - Throws: a `ServiceError` that names the types who can.
    func expect(_ types: ResourceType..., for what: String) throws {
        guard !types.contains(where: { identity.type.hasSameBytes(as: $0.id) }) else { return }
        throw ServiceError(
            .invalidArgument, "\(identity): only a \(types.map(\.id).joined(separator: " or a ")) can \(what).")
    }
}
