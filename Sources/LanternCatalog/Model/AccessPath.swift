/// One way in which a principal comes to hold an entitlement.
public struct AccessPath: Sendable {
    /// One entitlement on the way.
    public struct Step: Sendable {
        /// The id of the entitlement.
        public let entitlementID: String
        /// What the entitlement is called.
        public let entitlementName: String
        /// What the entitlement is called among those of its resource.
        public let slug: String
        /// The resource it is on, such as the group whose members hold the next one.
        public let resource: Reference
        /// Since when the step leads on, in seconds since 1970.
        public let since: Int64
    }

    /// What the principal holds itself comes first, the entitlement that was asked about last.
    public let steps: [Step]
}

/// Why somebody holds something.
public struct Explanation: Sendable {
    /// The ways, the shortest first.
    public let paths: [AccessPath]
    /// Whether there are more ways than were followed.
    public let isCut: Bool
}
