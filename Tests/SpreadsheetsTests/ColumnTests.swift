import Spreadsheets
import Testing

@Suite struct `the columns of a sheet` {
    @Test(arguments: [
        "User ID", "user id", " USER_ID ", "User-Id", "user  -_ id", "\u{FEFF}User ID", "user\nid", "User\u{A0}ID",
    ])
    func `are recognized however they are written`(header: String) throws {
        let mapping = try ColumnMapping(recognizing: ["x", header])
        #expect(mapping.columns == [.userID: 1])
        #expect(mapping.unusedHeaders == ["x"])
    }

    @Test(arguments: ["UserID", "User.ID", "User ID 2", "ID", "Users ID", ""]) func `aren't guessed`(header: String)
        throws
    {
        #expect(try ColumnMapping(recognizing: [header]).columns.isEmpty)
    }

    @Test func `are all recognized`() throws {
        let headers = SheetField.allCases.map { $0.displayName.uppercased() }
        let mapping = try ColumnMapping(recognizing: headers)
        #expect(mapping.columns.count == 19)
        #expect(mapping.focus == .grants)
        #expect(mapping.missingRequired.isEmpty)
        #expect(mapping.unusedHeaders.isEmpty)
        #expect(mapping.fieldHeaders[.entitlementSlug] == "ENTITLEMENT SLUG")
    }

    @Test func `must not come twice`() throws {
        let message = "Several columns have this header: A, C. Rename all but one of them."
        #expect(throws: SpreadsheetError(message, column: "User ID")) {
            try ColumnMapping(recognizing: ["User ID", "x", "user_id"])
        }
        #expect(try ColumnMapping(recognizing: ["x", "x"]).columns.isEmpty)
    }

    @Test func `may be chosen`() throws {
        let mapping = try ColumnMapping(
            explicit: [.userID: "login", .email: "Mail"], attributes: ["cost centre": "cost_centre"],
            headers: ["Login", "Cost-Centre", "mail", "other"])
        #expect(mapping.columns == [.userID: 0, .email: 2])
        #expect(mapping.attributes.map { $0.name } == ["cost_centre"])
        #expect(mapping.attributes.map { $0.column } == [1])
        #expect(mapping.unusedHeaders == ["other"])
        #expect(mapping.focus == .identities)
        try mapping.checkRequired()
    }

    @Test func `must be there when they are chosen`() {
        #expect(
            throws: SpreadsheetError(
                "There is no such column, which was chosen for User ID. The columns are \"a\", \"b\". Choose one of them.",
                column: "c")
        ) { try ColumnMapping(explicit: [.userID: "c"], headers: ["a", "", "b"]) }
        #expect(throws: SpreadsheetError.self) {
            try ColumnMapping(explicit: [:], attributes: ["c": "c"], headers: ["a"])
        }
        #expect(throws: SpreadsheetError.self) {
            try ColumnMapping(explicit: [:], attributes: ["a": " "], headers: ["a"])
        }
        #expect(throws: SpreadsheetError.self) {
            try ColumnMapping(explicit: [:], attributes: ["a": "x", "b": "x"], headers: ["a", "b"])
        }
    }

    @Test(arguments: [
        (["User ID"], "No column is \"Email Address\". The columns are \"User ID\"."),
        (["Name", ""], "No column is \"User ID\", \"Email Address\". The columns are \"Name\"."),
        (
            ["User ID", "Entitlement"],
            "No column is \"Resource Type\", \"Resource Name\". The columns are \"User ID\", \"Entitlement\"."
        ),
    ]) func `are named when a required one is missing`(headers: [String], message: String) throws {
        let mapping = try ColumnMapping(recognizing: headers)
        let whole = "\(message) Rename a column, or say which one it is."
        #expect(throws: SpreadsheetError(whole)) { try mapping.checkRequired() }
        #expect(throws: SpreadsheetError(whole)) {
            try SheetEntries(Spreadsheet.csv(headers.joined(separator: ",")), mapping)
        }
    }

    @Test func `may be needed for another focus`() throws {
        let mapping = try ColumnMapping(recognizing: ["User ID", "Email Address"])
        #expect(mapping.missing(for: .identities) == [])
        #expect(mapping.missing(for: .grants) == [.resourceType, .resourceName, .entitlement])
    }
}
