public import AccessModel

/// A syncer whose entitlements can be granted and revoked.
public protocol GrantProvisioner: ResourceSyncer {
    /// Gives `principal` the entitlement.
    ///
    /// Who holds it already keeps it, and the answer says so: asking twice is not an error.
    ///
    /// - Parameters:
    ///   - entitlement: with its whole resource, one of this syncer's type.
    ///   - principal: as it was last synced.
    func grant(_ entitlement: Entitlement, to principal: Resource) async throws -> Provisioned

    /// Takes the entitlement away again.
    ///
    /// A grant that isn't there any more is no error either.
    func revoke(_ grant: Grant) async throws -> Provisioned
}

/// What came of granting or revoking.
public struct Provisioned: Sendable {
    /// Whether anything had to be done.
    public enum Outcome: Sendable {
        /// The application was changed.
        case changed
        /// It was so already.
        case alreadySo
    }

    /// Whether anything had to be done.
    public let outcome: Outcome

    /// The grants that came into being.
    public let grants: [Grant]

    /// Remarks, such as which other grant was replaced.
    public let annotations: [Annotation]

    /// The application was changed.
    public static var changed: Provisioned { changed(bringing: []) }

    /// It was so already, nothing had to be done.
    public static var alreadySo: Provisioned { Provisioned(outcome: .alreadySo, grants: [], annotations: []) }

    /// The application was changed, and these grants came into being.
    public static func changed(bringing grants: [Grant], annotations: [Annotation] = []) -> Provisioned {
        Provisioned(outcome: .changed, grants: grants, annotations: annotations)
    }
}
