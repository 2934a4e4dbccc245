/// Makes an entry of a row.
struct EntryBuilder {
    private let columns: [SheetField: Int]
    private let attributes: [ColumnMapping.Attribute]
    private let focus: SheetFocus
    private let dateOrder: DateOrder
    private let is1904: Bool

    init(_ mapping: ColumnMapping, _ focus: SheetFocus, _ dateOrder: DateOrder, is1904: Bool) {
        columns = mapping.columns
        attributes = mapping.attributes
        self.focus = focus
        self.dateOrder = dateOrder
        self.is1904 = is1904
    }

    /// The entry; nil when it has an error.
    func entry(_ row: SheetRow, _ faults: inout [RowFault]) -> SheetEntry? {
        let userID = text(.userID, row)
        guard !userID.isEmpty else {
            faults.append(
                RowFault(column: columns[.userID], message: "The row has no user id. Fill it in, or remove the row."))
            return nil
        }
        if isRounded(userID, row) {
            let message = "\(ShownText.quoted(userID)) is a number that a spreadsheet program has rounded. "
            faults.append(
                RowFault(column: columns[.userID], message: "\(message)Format the column as text and fill it in again.")
            )
            return nil
        }
        var entry = SheetEntry(row: row.number, userID: userID)
        fillNames(&entry, row)
        fillAccount(&entry, row)
        entry.lastLogin = lastLogin(row, &faults)
        entry.attributes = attributes.compactMap { attribute in
            let value = row[attribute.column].trimmed
            return value.isEmpty ? nil : SheetEntry.ProfileAttribute(name: attribute.name, value: value)
        }
        entry.grant = grant(row, &faults)
        if focus == .identities, entry.email.isEmpty, entry.userType == .user {
            let message = "The account has no e-mail address. Fill it in, so that it can be matched with a person."
            faults.append(RowFault(column: columns[.email], message: message, isError: false))
        }
        return faults.contains { $0.isError } ? nil : entry
    }

    /// Whether an id was taken for a number of more than 15 digits, as in `1.23457E+17`: several accounts then seem one.
    private func isRounded(_ id: String, _ row: SheetRow) -> Bool {
        if let column = columns[.userID], row.kind(of: column) == .number {
            return id.utf8.count > 15 || id.contains { $0 == "E" || $0 == "e" }
        }
        guard id.utf8.contains(UInt8(ascii: "+")) else { return false }
        let parts = id.split(separator: "E+", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[1].utf8.count == 2, Double(id) != nil else { return false }
        return parts[0].utf8.count == 1 || parts[0].dropFirst().first == "."
    }

    private func fillNames(_ entry: inout SheetEntry, _ row: SheetRow) {
        entry.fullName = text(.fullName, row)
        entry.firstName = text(.firstName, row)
        entry.lastName = text(.lastName, row)
        entry.username = text(.username, row)
        entry.email = text(.email, row)
    }

    private func fillAccount(_ entry: inout SheetEntry, _ row: SheetRow) {
        entry.statusDetail = text(.status, row)
        entry.status = SheetEntry.Status(word: entry.statusDetail)
        entry.managerID = text(.managerID, row)
        entry.userType = SheetEntry.UserType(word: text(.userType, row))
        entry.accountOwner = text(.accountOwner, row)
        entry.groups = ListCell.values(text(.groups, row))
        entry.roles = ListCell.values(text(.roles, row))
    }

    private func lastLogin(_ row: SheetRow, _ faults: inout [RowFault]) -> Int64? {
        guard let column = columns[.lastLogin] else { return nil }
        let value = row.utf8(of: column).trimmed
        guard !value.isEmpty else { return nil }
        if let seconds = DateText.seconds(value, order: dateOrder) { return seconds }
        // A workbook's date without a date format is just a number.
        if row.kind(of: column) == .number, let number = Double(String(decoding: value, as: UTF8.self)), number >= 1,
            let date = SerialDate(number, is1904: is1904)
        {
            return Int64((Double(date.milliseconds) / 1000).rounded(.down))
        }
        let shown = ShownText.quoted(String(decoding: value, as: UTF8.self))
        let message = "\(shown) is no date that can be read; it is left out. Write it like 2006-01-02 15:04:05."
        faults.append(RowFault(column: column, message: message, isError: false))
        return nil
    }

    /// The grant of the row; nil when the row is only about an account, or has an error.
    private func grant(_ row: SheetRow, _ faults: inout [RowFault]) -> SheetEntry.Grant? {
        guard focus == .grants else { return nil }
        let needed: [SheetField] = [.resourceType, .resourceName, .entitlement]
        let texts = needed.map { text($0, row) }
        guard texts.contains(where: { !$0.isEmpty }) else { return nil }
        for (field, text) in zip(needed, texts) where text.isEmpty {
            let message = "The grant has no \(field.displayName). Fill it in, or remove the row."
            faults.append(RowFault(column: columns[field], message: message))
        }
        var grant = SheetEntry.Grant(resourceType: texts[0], resourceName: texts[1], entitlement: texts[2])
        grant.description = text(.entitlementDescription, row)
        grant.displayName = text(.entitlementDisplayName, row)
        grant.slug = text(.entitlementSlug, row)
        return grant
    }

    private func text(_ field: SheetField, _ row: SheetRow) -> String {
        guard let column = columns[field] else { return "" }
        return row[column].trimmed
    }
}
