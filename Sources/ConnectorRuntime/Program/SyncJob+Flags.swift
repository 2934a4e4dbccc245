import AccessModel
import BatonWire
import CommandLineKit
import SyncEngine

extension SyncJob {
    /// The sync that `flags` ask for.
    ///
    /// - Throws: an error naming the flag that can't be obeyed.
    init(_ flags: ParsedFlags, environment: [String: String], cores: Int) throws {
        self.init()
        file = flags.string("file")
        resourceTypes = flags.strings("sync-resource-types")
        skipEntitlementsAndGrants = flags.bool("skip-entitlements-and-grants")
        skipGrants = flags.bool("skip-grants")
        targets = try flags.strings("sync-resources").map(Self.target)
        workers = Self.workers(flags.bool("parallel-sync") ? -1 : flags.int("workers"), cores: cores)
        storageEngine = flags.string("storage-engine")
        externalEntitlementFilter = flags.string("external-resource-entitlement-id-filter")
        externalTraits = try flags.strings("external-resource-traits").map(Self.trait)
        temporaryDirectory = try Self.temporaryDirectory(flags, environment)
        externalResourceFile = try Self.externalFile(flags)
        if skipGrants, targets.isEmpty {
            throw UsageError("skip-grants can only be set within a targeted sync")
        }
    }

    private static func target(_ text: String) throws -> SyncTarget {
        do {
            return try SyncTarget(parsing: text)
        } catch {
            throw UsageError("sync-resources: \(error)")
        }
    }

    private static func workers(_ asked: Int, cores: Int) -> Int {
        max(1, asked == -1 ? min(cores, 4) : asked)
    }

    private static func temporaryDirectory(
        _ flags: ParsedFlags, _ environment: [String: String]
    ) throws -> String? {
        let given = flags.string("c1z-temp-dir")
        let path = given.isEmpty ? environment["BATON_TMPDIR", default: ""] : given
        guard !path.isEmpty else { return nil }
        guard FileKind(at: path) == .directory else {
            throw UsageError("the specified c1z temp dir does not exist: \(path)")
        }
        return path
    }

    private static func externalFile(_ flags: ParsedFlags) throws -> String? {
        let path = flags.string("external-resource-c1z")
        guard !path.isEmpty else { return nil }
        guard FileKind(at: path) != .nothing else {
            throw UsageError("the specified external resource c1z file does not exist: \(path)")
        }
        return path
    }

    private static func trait(_ name: String) throws -> Trait {
        let word = name.uppercased()
        guard let trait = traits[word.hasPrefix("TRAIT_") ? String(word.dropFirst(6)) : word] else {
            throw UsageError("unknown external resource trait \"\(name)\"")
        }
        return trait
    }

    private static let traits: [String: Trait] = [
        "USER": .user, "GROUP": .group, "ROLE": .role, "APP": .app, "SECRET": .secret,
        "SECURITY_INSIGHT": .securityInsight, "SCOPE_BINDING": .scopeBinding, "VENDOR": .vendor,
        "VENDOR_AGREEMENT": .vendorAgreement, "LICENSE_PROFILE": .licenseProfile, "AGENT": .agent,
        "MANAGED_DEVICE": .managedDevice,
    ]
}
