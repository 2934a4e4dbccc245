/// What a server says of itself in its root entry.
struct ServerFacts: Sendable {
    /// Whether it is a domain controller of Active Directory, or Samba as one.
    let isActiveDirectory: Bool
    /// Whether it is OpenLDAP's, which stores passwords as they are given to it.
    let isOpenLDAP: Bool
    /// The tops of what it holds.
    let namingContexts: [String]
    /// The one of them that is meant when nothing is said.
    let defaultNamingContext: String

    static let search = LDAPSearch(
        base: "", scope: .base, filter: .any,
        attributes: ["objectClass", "namingContexts", "defaultNamingContext", "supportedCapabilities"])

    init(_ root: LDAPEntry) {
        isActiveDirectory = root.texts("supportedCapabilities").contains("1.2.840.113556.1.4.800")
        isOpenLDAP = root.isOf("OpenLDAProotDSE")
        namingContexts = root.texts("namingContexts").filter { !$0.isEmpty }
        defaultNamingContext = root.text("defaultNamingContext")
    }
}
