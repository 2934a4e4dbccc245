/// Traits as Pebble files name them (c1z-v3 §8.6, §12.6).
enum TraitNames {
    /// By number.
    static let names = [
        "UNSPECIFIED", "USER", "GROUP", "ROLE", "APP", "SECRET", "SECURITY_INSIGHT", "SCOPE_BINDING", "VENDOR",
        "VENDOR_AGREEMENT", "LICENSE_PROFILE", "AGENT", "MANAGED_DEVICE",
    ]

    /// The name of a trait; that of an unspecified one when the number isn't known.
    static func name(of number: UInt64) -> String {
        number < UInt64(names.count) ? names[Int(number)] : names[0]
    }

    /// The number of a trait; 0 for one that isn't known.
    static func number(of name: UnsafeRawBufferPointer) -> Int {
        names.firstIndex { $0.utf8.elementsEqual(name) } ?? 0
    }
}

/// Purposes of entitlements as Pebble files name them; that which isn't known has no name.
enum PurposeNames {
    /// By number.
    static let names = ["", "ASSIGNMENT", "PERMISSION", "OWNERSHIP"]

    /// The name of a purpose; nil when the number isn't known.
    static func name(of number: UInt64) -> String? {
        number < UInt64(names.count) ? names[Int(number)] : nil
    }

    /// The number of a purpose; 0 for one that isn't known.
    static func number(of name: UnsafeRawBufferPointer) -> Int {
        names.firstIndex { $0.utf8.elementsEqual(name) } ?? 0
    }
}

extension SyncType {
    /// Types as Pebble files number them, from 1 on (c1z-v3 §8.6).
    private static let numbered: [SyncType] = [.full, .partial, .resourcesOnly, .partialUpserts, .partialDeletions]

    /// The type with a number; nil for one that isn't known.
    init?(number: UInt64) {
        guard number >= 1, number <= UInt64(Self.numbered.count) else { return nil }
        self = Self.numbered[Int(number) - 1]
    }

    /// Its number.
    var number: UInt64 { UInt64((Self.numbered.firstIndex(of: self) ?? -1) + 1) }
}
