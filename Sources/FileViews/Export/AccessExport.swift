import AccessModel
import C1Z
import WireForm

/// The rows of an export: accounts, entitlements, and which account holds which entitlement.
struct AccessExport<Sheet: ExportSheet> {
    private let sync: OpenedSync
    private let sheet: Sheet
    private let nobody: Sheet.Half
    private let noEntitlement: Sheet.Half

    init(of sync: OpenedSync, to sheet: Sheet) {
        self.sync = sync
        self.sheet = sheet
        nobody = sheet.half(["Entitlement", "", "", "", "", ""])
        noEntitlement = sheet.half(["", "", "", "", "", ""])
    }

    /// Writes the sheet.
    func run() throws {
        try sheet.add(
            sheet.half(["Type", "Last Name", "First Name", "User ID", "User Status", "Email Address"]),
            sheet.half([
                "Entitlement Display Name", "Entitlement", "Resource Type", "Resource Name", "Entitlement Description",
                "Entitlement Slug",
            ]))
        try addIdentities()
        try sync.records(.entitlement).forEach { try sheet.add(nobody, entitlement($0)) }
        try addGrants()
        try sheet.finish()
    }

    private func addIdentities() throws {
        var types: [String] = []
        let listing = ResourceTypeListing()
        try sync.records(.resourceType).forEach { message in
            guard try listing.traits(of: message).contains("TRAIT_USER") else { return }
            types.append(try ResourceTypeFields(message).id.text)
        }
        for type in types {
            try sync.records(.resource, where: .resourceType(type)).forEach { message in
                guard let person = try PersonFields(message) else { return }
                try sheet.add(half("Identity", person, status: person.statusName), noEntitlement)
            }
        }
    }

    private func addGrants() throws {
        var people = RecordCache<Sheet.Half?>(limit: 32 << 20)
        var entitlements = RecordCache<Sheet.Half?>(limit: 16 << 20)
        try sync.records(.grant).forEach { message in
            let grant = try GrantFields(message)
            guard let person = try person(grant.holder, &people) else { return }
            let known = try entitlement(grant.entitlementID, &entitlements)
            try sheet.add(person, known ?? entitlement(grant.entitlement))
        }
    }

    /// The half of the principal; nil when the file doesn't have it, or it is no account.
    private func person(_ name: ResourceName, _ cache: inout RecordCache<Sheet.Half?>) throws -> Sheet.Half? {
        let key = RecordKey(name)
        if let known = cache.value(of: key) { return known }
        let found = try sync.find(name.identity)?.withUnsafeBytes { message in
            try PersonFields(message).map { half("Grant", $0) }
        }
        let person: Sheet.Half? = found ?? nil
        cache.remember(person, under: key, cost: person.map { sheet.cost(of: $0) } ?? 0)
        return person
    }

    /// The half of an entitlement; nil when the file doesn't have it.
    private func entitlement(
        _ id: UnsafeRawBufferPointer, _ cache: inout RecordCache<Sheet.Half?>
    ) throws -> Sheet.Half? {
        let key = RecordKey(id)
        if let known = cache.value(of: key) { return known }
        let half = try sync.find(.entitlement(ByteKey(id)))?.withUnsafeBytes { try entitlement($0) }
        cache.remember(half, under: key, cost: half.map { sheet.cost(of: $0) } ?? 0)
        return half
    }

    private func entitlement(_ message: UnsafeRawBufferPointer) throws -> Sheet.Half {
        let fields = try EntitlementFields(message)
        let resource = try ResourceFields(fields.resource ?? .empty)
        return sheet.half([
            fields.displayName, fields.id, resource.name.type, resource.displayName, fields.description, fields.slug,
        ])
    }

    private func half(_ kind: StaticString, _ person: PersonFields, status: StaticString = "") -> Sheet.Half {
        sheet.half([
            UnsafeRawBufferPointer(kind), person.lastName, person.firstName, person.userID,
            UnsafeRawBufferPointer(status), person.email,
        ])
    }
}

extension UnsafeRawBufferPointer {
    /// The bytes of a text in the program.
    init(_ text: StaticString) {
        self.init(start: text.utf8Start, count: text.utf8CodeUnitCount)
    }
}
