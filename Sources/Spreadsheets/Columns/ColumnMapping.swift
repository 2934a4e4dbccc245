/// Which column of a sheet means what.
public struct ColumnMapping: Sendable {
    /// A column that becomes an attribute of the account's profile.
    public struct Attribute: Hashable, Sendable {
        /// The place of the column: the first one is 0.
        public let column: Int
        /// The name of the attribute.
        public let name: String
    }

    /// The headers of the sheet.
    public let headers: [String]
    /// The places of the columns that mean something: the first one is 0.
    public private(set) var columns: [SheetField: Int] = [:]
    /// The columns that become attributes, in the order of the sheet.
    public private(set) var attributes: [Attribute] = []

    /// Takes the columns whose headers are the names of fields.
    ///
    /// Upper and lower case are equal, and so are spaces, `_` and `-` between words.
    public init(recognizing headers: [String]) throws(SpreadsheetError) {
        self.headers = headers
        let places = Self.places(of: headers)
        for field in SheetField.allCases {
            columns[field] = try Self.onlyPlace(of: field.displayName, in: places)
        }
    }

    /// Takes the columns that a person chose.
    ///
    /// - Parameters:
    ///   - fields: the header of each field.
    ///   - attributes: the name of the attribute for each header.
    ///   - headers: the headers of the sheet.
    public init(
        explicit fields: [SheetField: String], attributes: [String: String] = [:], headers: [String]
    ) throws(SpreadsheetError) {
        self.headers = headers
        let places = Self.places(of: headers)
        for field in SheetField.allCases {
            guard let header = fields[field] else { continue }
            guard let place = try Self.onlyPlace(of: header, in: places) else {
                throw Self.missing(header, for: field.displayName, headers)
            }
            columns[field] = place
        }
        try add(attributes, places)
    }

    /// The header of each field.
    public var fieldHeaders: [SheetField: String] { columns.mapValues { headers[$0] } }

    /// The headers that mean nothing yet.
    public var unusedHeaders: [String] {
        let used = Set(columns.values).union(attributes.map { $0.column })
        return headers.indices.filter { !used.contains($0) && !headers[$0].isEmpty }.map { headers[$0] }
    }

    /// What the sheet is about: grants when any column of them is there.
    public var focus: SheetFocus {
        let fields: [SheetField] = [.resourceType, .resourceName, .entitlement]
        return fields.contains { columns[$0] != nil } ? .grants : .identities
    }

    /// The required fields that no column is for.
    public var missingRequired: [SheetField] { missing(for: focus) }

    /// The fields that no column is for, of those that a sheet about this needs.
    public func missing(for focus: SheetFocus) -> [SheetField] {
        focus.requiredFields.filter { columns[$0] == nil }
    }

    /// Makes sure that no required column is missing.
    public func checkRequired(for focus: SheetFocus? = nil) throws(SpreadsheetError) {
        let missing = missing(for: focus ?? self.focus)
        guard !missing.isEmpty else { return }
        let there = headers.filter { !$0.isEmpty }
        throw SpreadsheetError(
            "No column is \(ShownText.list(missing.map { $0.displayName })). The columns are \(ShownText.list(there)). "
                + "Rename a column, or say which one it is.")
    }

    private mutating func add(_ attributes: [String: String], _ places: [String: [Int]]) throws(SpreadsheetError) {
        for header in attributes.keys.sorted() {
            guard let place = try Self.onlyPlace(of: header, in: places) else {
                throw Self.missing(header, for: "an attribute", headers)
            }
            guard let name = attributes[header]?.trimmed, !name.isEmpty else {
                throw SpreadsheetError("The attribute of this column has no name. Name it.", column: header)
            }
            if let other = self.attributes.first(where: { $0.column == place || $0.name == name }) {
                throw SpreadsheetError(
                    "The attribute \(ShownText.quoted(other.name)) is given twice. Leave one out.", column: header)
            }
            self.attributes.append(Attribute(column: place, name: name))
        }
        self.attributes.sort { $0.column < $1.column }
    }

    private static func places(of headers: [String]) -> [String: [Int]] {
        var places: [String: [Int]] = [:]
        for (place, header) in headers.enumerated() { places[HeaderName.key(header), default: []].append(place) }
        return places
    }

    /// Where a header is; nil when it is nowhere.
    private static func onlyPlace(of header: String, in places: [String: [Int]]) throws(SpreadsheetError) -> Int? {
        let key = HeaderName.key(header)
        guard !key.isEmpty, let found = places[key] else { return nil }
        guard found.count == 1 else {
            let letters = found.map { CellReference.letters(of: $0) }.joined(separator: ", ")
            throw SpreadsheetError(
                "Several columns have this header: \(letters). Rename all but one of them.", column: header)
        }
        return found.first
    }

    private static func missing(_ header: String, for use: String, _ headers: [String]) -> SpreadsheetError {
        let there = headers.filter { !$0.isEmpty }
        return SpreadsheetError(
            "There is no such column, which was chosen for \(use). The columns are \(ShownText.list(there)). "
                + "Choose one of them.", column: header)
    }
}
