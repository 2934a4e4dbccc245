import Testing

@testable import Spreadsheets

@Suite struct `an entry` {
    private func read(
        _ text: String, order: DateOrder? = nil
    ) throws -> (entries: [SheetEntry], problems: SheetProblems) {
        let sheet = try Spreadsheet.csv(text)
        var reader = try SheetEntries(sheet, ColumnMapping(recognizing: sheet.headers), dateOrder: order)
        var entries: [SheetEntry] = []
        while let entry = try reader.next() { entries.append(entry) }
        return (entries, reader.problems)
    }

    @Test func `has all that the columns say`() throws {
        let (entries, problems) = try read(
            """
            Last Name,First Name,Full Name,User ID,Username,Email Address,User Status,Manager ID,User Type,Account Owner,\
            Last Login,Groups,Roles
            Lovelace,Ada,"Ada, Countess", u1 ,ada,ada@corp.example,Suspended,u9,service,boss@corp.example,\
            2024-03-05,"Sales, ""EU, West"" ,,IT","Admin"
            Hopper,Grace,,u2,,grace@corp.example,,,,,,,

            """)
        #expect(problems.errors + problems.warnings == 0)
        let ada = try #require(entries.first)
        #expect(ada.row == 2)
        #expect(ada.userID == "u1")
        #expect(ada.name == "Ada, Countess")
        #expect(ada.firstName == "Ada")
        #expect(ada.lastName == "Lovelace")
        #expect(ada.username == "ada")
        #expect(ada.email == "ada@corp.example")
        #expect(ada.status == .disabled)
        #expect(ada.statusDetail == "Suspended")
        #expect(ada.managerID == "u9")
        #expect(ada.userType == .service)
        #expect(ada.accountOwner == "boss@corp.example")
        #expect(ada.lastLogin == 1_709_596_800)
        #expect(ada.groups == ["Sales", "EU, West", "IT"])
        #expect(ada.roles == ["Admin"])
        #expect(ada.grant == nil)
        let grace = try #require(entries.last)
        #expect(grace.name == "Grace Hopper")
        #expect(grace.status == .unspecified)
        #expect(grace.userType == .user)
        #expect(grace.lastLogin == nil)
        #expect(grace.groups.isEmpty)
    }

    @Test func `has a grant`() throws {
        let (entries, problems) = try read(
            """
            User ID,Resource Type,Resource Name,Entitlement,Entitlement Description,Entitlement Display Name,Entitlement Slug
            u1,Group,Sales, member ,Sells,Member of Sales,mem
            u2,,,,,,
            u3,Group,,member,,,
            ,Group,Sales,member,,,

            """)
        #expect(entries.map { $0.userID } == ["u1", "u2"])
        var grant = SheetEntry.Grant(resourceType: "Group", resourceName: "Sales", entitlement: "member")
        (grant.description, grant.displayName, grant.slug) = ("Sells", "Member of Sales", "mem")
        #expect(entries[0].grant == grant)
        #expect(entries[0].grant?.key.text == "group/sales/member")
        #expect(entries[1].grant == nil)
        #expect(
            problems.kept.map { $0.description } == [
                "row 4, column \"Resource Name\": The grant has no Resource Name. Fill it in, or remove the row.",
                "row 5, column \"User ID\": The row has no user id. Fill it in, or remove the row.",
            ])
        #expect(problems.errorRows == 2)
    }

    @Test func `has the attributes that were chosen`() throws {
        let sheet = try Spreadsheet.csv("id,mail,site,room\nu1,m,Berlin,\n")
        let mapping = try ColumnMapping(
            explicit: [.userID: "id", .email: "mail"], attributes: ["site": "location", "room": "room"],
            headers: sheet.headers)
        var reader = try SheetEntries(sheet, mapping)
        let attributes = try reader.next()?.attributes
        #expect(attributes == [SheetEntry.ProfileAttribute(name: "location", value: "Berlin")])
    }

    @Test(arguments: ["1.23457E+17", "1E+15"]) func `has no id that was rounded`(id: String) throws {
        let message = """
            row 2, column "User ID": "\(id)" is a number that a spreadsheet program has rounded. \
            Format the column as text and fill it in again.
            """
        let problems = try read("User ID,Email Address\n\(id),x\n").problems
        #expect(problems.kept.map { $0.description } == [message])
        let rows =
            "\(WorkbookFile.row("User ID", "Email Address"))<row><c><v>\(id)</v></c><c t=\"str\"><v>x</v></c></row>"
        let sheet = try WorkbookFile(rows).open()
        var reader = try SheetEntries(sheet, ColumnMapping(recognizing: sheet.headers))
        #expect(try reader.next()?.userID == nil)
        #expect(reader.problems.errors == 1)
    }

    @Test(arguments: ["12E+17", "1E+1", "1E+", "E+17", "a.1E+17", "123456789012345678", "1.2e+17", "1E17"])
    func `has ids that only look like numbers`(id: String) throws {
        #expect(try read("User ID,Email Address\n\(id),x\n").entries.first?.userID == id)
    }

    @Test func `is only an account when a person says so`() throws {
        let sheet = try Spreadsheet.csv("User ID,Email Address,Resource Type\nu1,x,Group\n")
        let mapping = try ColumnMapping(recognizing: sheet.headers)
        #expect(throws: SpreadsheetError.self) { try SheetEntries(sheet, mapping) }
        var reader = try SheetEntries(sheet, mapping, focus: .identities)
        let entry = try reader.next()
        #expect(entry?.userID == "u1")
        #expect(entry?.grant == nil)
    }

    @Test func `comes again after a preview`() throws {
        let sheet = try Spreadsheet.csv("User ID,Email Address\nu1,x\nu2,y\n")
        _ = try sheet.next()
        var reader = try SheetEntries(sheet, ColumnMapping(recognizing: sheet.headers))
        #expect(try reader.next()?.userID == "u1")
    }

    @Test func `is left out when its row is broken`() throws {
        let (entries, problems) = try read("User ID,Email Address\nu1,a,b\nu2,b\n\"u3,c\n")
        #expect(entries.map { $0.userID } == ["u2"])
        #expect(problems.errorRows == 2)
        #expect(problems.kept.map { $0.row } == [2, 4])
    }

    @Test func `is kept without what can't be read`() throws {
        let (entries, problems) = try read(
            "User ID,Email Address,Last Login,User Type\nu1,,never,\nu2,x,03/05/2024,\nu3,,13/05/2024,System\n")
        #expect(entries.map { $0.lastLogin } == [nil, 1_714_694_400, 1_715_558_400])
        #expect(
            problems.kept.map { $0.description } == [
                "row 2, column \"Last Login\": \"never\" is no date that can be read; it is left out. "
                    + "Write it like 2006-01-02 15:04:05.",
                "row 2, column \"Email Address\": The account has no e-mail address. "
                    + "Fill it in, so that it can be matched with a person.",
            ])
        #expect(problems.warnings == 2)
        #expect(problems.errorRows == 0)
    }

    @Test func `takes the order of dates that a person says`() throws {
        let text = "User ID,Email Address,Last Login\nu1,x,03/05/2024\n"
        #expect(try read(text, order: .dayFirst).entries.first?.lastLogin == 1_714_694_400)
        #expect(try read(text, order: .monthFirst).entries.first?.lastLogin == 1_709_596_800)
    }

    @Test func `takes dates of workbooks, with or without a date format`() throws {
        let rows = """
            \(WorkbookFile.row("User ID", "Email Address", "Last Login"))\
            <row><c><v>7</v></c><c t="str"><v>m</v></c><c s="1"><v>45356.5</v></c></row>\
            <row><c><v>8</v></c><c t="str"><v>m</v></c><c><v>45356.5</v></c></row>\
            <row><c><v>9</v></c><c t="str"><v>m</v></c><c t="str"><v>45356.5</v></c></row>
            """
        let styles = "<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"22\"/></cellXfs>"
        let sheet = try WorkbookFile(rows, styles: styles).open()
        var reader = try SheetEntries(sheet, ColumnMapping(recognizing: sheet.headers))
        #expect(try reader.next()?.lastLogin == 1_709_640_000)
        #expect(try reader.next()?.lastLogin == 1_709_640_000)
        let last = try reader.next()
        #expect(last?.userID == "9")
        #expect(last?.lastLogin == nil)
    }

    @Test(arguments: [
        ("active", SheetEntry.Status.active), ("ENABLED", .active), ("True", .active), ("yes", .active),
        (" 1 ", .active),
        ("Inactive", .disabled), ("disabled", .disabled), ("suspended", .disabled), ("locked", .disabled),
        ("false", .disabled),
        ("no", .disabled), ("0", .disabled), ("Deleted", .deleted), ("terminated", .deleted),
        ("deprovisioned", .deleted),
        ("on leave", .unspecified), ("", .unspecified),
    ]) func `has a status`(word: String, status: SheetEntry.Status) {
        #expect(SheetEntry.Status(word: word) == status)
    }

    @Test(arguments: [
        ("Service", SheetEntry.UserType.service), ("SYSTEM", .system), ("human", .user), ("", .user),
        ("Service account", .user),
    ]) func `has a type of user`(word: String, type: SheetEntry.UserType) {
        #expect(SheetEntry.UserType(word: word) == type)
    }

    @Test(
        arguments: [
            ("", []), (" , ,", []), ("a", ["a"]), (" a b ,c", ["a b", "c"]), ("\"a,b\",c", ["a,b", "c"]),
            ("\"a\"\"b\"", ["a\"b"]),
            ("a\"b,c\"", ["a\"b", "c\""]), ("\"a", ["a"]), (" \" x \" ", ["x"]), ("\"\",a", ["a"]),
            ("a\n,b", ["a", "b"]),
        ] as [(String, [String])]) func `has lists`(cell: String, values: [String])
    {
        #expect(ListCell.values(cell) == values)
    }
}

@Suite struct `an entitlement key` {
    private func key(_ type: String, _ name: String, _ entitlement: String) -> EntitlementKey {
        EntitlementKey(resourceType: type, resourceName: name, entitlement: entitlement)
    }

    @Test func `is the same whatever the case and the space around`() {
        #expect(key("Group", " SALES\t", "Member") == key("group", "sales", "\u{A0}MEMBER"))
        #expect(key("ÄÖ", "Σ", "x") == key("äö", "σ", "x"))
    }

    @Test func `differs by what joins the words`() {
        let keys = ["sales team", "sales-team", "sales_team", "salesteam", "sales  team"].map { key("g", $0, "m") }
        #expect(Set(keys).count == 5)
    }

    @Test func `has a text that can't be confused`() {
        #expect(key("a/b", "c", "d%").text == "a%2Fb/c/d%25")
        #expect(key("a", "b/c", "d").text != key("a/b", "c", "d").text)
        #expect(key("a%2Fb", "c", "d").text != key("a/b", "c", "d").text)
        #expect(key("a", "b", "c") < key("a", "b", "d"))
    }
}

@Suite struct `the problems of a sheet` {
    @Test func `are counted beyond those that are kept`() {
        var problems = SheetProblems(limit: 2)
        for row in 2..<7 {
            problems.add(SheetProblem(row: row, column: nil, message: "Bad.", isError: true))
            problems.add(SheetProblem(row: row, column: nil, message: "Worse.", isError: true))
            problems.add(SheetProblem(row: row, column: "a", message: "Odd.", isError: false))
        }
        #expect(problems.kept.count == 2)
        #expect(problems.errors == 10)
        #expect(problems.errorRows == 5)
        #expect(problems.warnings == 5)
    }

    @Test func `show texts of the file cut and without control characters`() {
        let header = "a\u{1B}[2J\u{202E}" + String(repeating: "x", count: 100)
        let shown = SpreadsheetError("Bad.", row: 2, column: header).description
        #expect(shown == "row 2, column \"a\u{FFFD}[2J\u{FFFD}\(String(repeating: "x", count: 54))…\": Bad.")
    }
}
